import { add, mul, tidy } from '@tensorflow/tfjs-core';
import { assign, snapshot } from '@iresnet/checkpoint';
import { createRng, eventSize } from '@iresnet/core';
import { checkOptions, ensure } from '@iresnet/core/internal';
import { iResNet } from '@iresnet/model';
import {
  constant,
  cosine,
  fit,
  optimizerFromSpec,
  warmup,
  type Callback,
  type FitResult,
  type FitState,
  type GradientPool,
  type Schedule,
} from '@iresnet/training';
import { objective, unusedIn, validationFigures, type ValidationFigures } from './objective';
import type { Pipeline } from './pipeline';
import type { Input } from './input';
import { modelConfig } from './modelConfig';
import { checkRecipe } from './checkRecipe';
import type { Recipe } from './recipe';
import { score } from './score';
import type { Batch, Part, Source, TableSource } from './source/source';
import { standardized } from './standardized';
import type { TrainingTask } from './workers/serveTraining';

/** How a run is watched and stopped, and where it goes on from. */
export interface TrainOptions {
  /** Listeners of `fit`. */
  readonly callbacks?: readonly Callback[];
  /** Stops between two steps. */
  readonly signal?: AbortSignal;
  /**
   * Threads whose program calls `serveTraining`: the micro-batches of a step are shared out to them
   * and this thread. Any number of them gives the bits of none; with `accumulate` 1 there is
   * nothing to share.
   */
  readonly workers?: GradientPool;
  /** The state of an interrupted run with the same recipe and data. */
  readonly resume?: FitState;
  /**
   * A model whose weights the new one begins with, of the same columns or images and the same
   * architecture: to train a finished model further, also on other data. Optimizer and schedule
   * begin anew. Without effect beside `resume`.
   */
  readonly start?: Pipeline;
  /**
   * Called before the first step with the model that is about to learn. A callback that has it may
   * look at it in `onStepEnd`, without changing it.
   */
  readonly onBegin?: (pipeline: Pipeline) => void;
  /** Called with the figures of each validation. */
  readonly onValidated?: (step: number, figures: ValidationFigures) => void;
  /**
   * Called when a validation is better than all before, with the model as it was validated, its
   * bounds made to hold. What it does to the model is set back.
   */
  readonly keepBest?: (pipeline: Pipeline) => Promise<void>;
}

/** What a training run gave. */
export interface Trained {
  readonly pipeline: Pipeline;
  /** How the run ended. A run that diverged ends at its last good weights. */
  readonly result: FitResult;
}

/** Validations over a run whose recipe does not say it. */
const VALIDATIONS = 20;
/**
 * Probes of a validation for images of more than 128 values. The mean over the images leaves little
 * of their chance, which is the same at each validation.
 */
const VALIDATION_PROBES = 1;

/**
 * Rows of a validation at most: 2000 up to 31 columns, fewer where an exact density costs more. The
 * figures at the end use all.
 */
function validatedRows(columns: number): number {
  return Math.min(2000, Math.max(200, Math.floor(2e6 / columns ** 2)));
}

/**
 * Train a model by a recipe on a source: maximum likelihood, cross entropy, or both.
 *
 * One rule for rows and images. The loss is validated 20 times or as the recipe says, on examples
 * that are neither trained nor judged on. The best moment is that of the least validation loss. The
 * bounds of every model that is validated, kept or returned are made to hold (`enforceBounds`), so
 * that each layer has its norm by proof. With `patience` that moment ends the search and its model
 * is the result. Without, the result is the model at the end of the run. Both have averaged weights
 * where the recipe averages.
 *
 * @param source - `tableSource`, `planeSource` or `imageSource`, made by the same recipe.
 * @param recipe - Plain JSON; see `defaultRecipe`.
 * @returns The model with its input and recipe, and how the run ended. With the same backend, seed
 * and options a resumed run gives the bits of one that never stopped.
 * @throws IResNetError of kind `argument` for a recipe that cannot be, and for a `start` of other
 * data; of kind `data` for one of another architecture; from `keepBest` and callbacks.
 *
 * @example
 * ```ts
 * import { toy2d } from '@iresnet/datasets';
 * import { defaultRecipe, planeSource, train } from '@iresnet/pipeline';
 *
 * const recipe = { ...defaultRecipe('plane'), steps: 5 };
 * const { pipeline, result } = await train(planeSource(toy2d('moons'), recipe), recipe);
 * console.log(result.stopReason, pipeline.input.title); // steps moons
 * ```
 */
export async function train(source: Source, recipe: Recipe, options: TrainOptions = {}): Promise<Trained> {
  const where = 'pipeline.train';
  checkRecipe(where, recipe);
  checkOptions(where, options, {
    callbacks: true,
    signal: true,
    workers: true,
    resume: true,
    start: true,
    onBegin: true,
    onValidated: true,
    keepBest: true,
  });
  const { callbacks = [], signal, workers, resume, start, onBegin, onValidated, keepBest } = options;
  const { input } = source;
  const rng = createRng(recipe.seed);
  const config = modelConfig(recipe, source);
  const model = iResNet(config, rng.split('model'));
  const pipeline: Pipeline = { model, input, task: recipe.task, recipe };
  if (start && !resume) await beginWith(where, start, pipeline);
  const standard = standardized(pipeline);
  // Behind a transform of its own a network takes columns that are not standardized, and batches go
  // back to them.
  const taken = (batch: Batch): Batch =>
    input.kind === 'images' || standard.standardizes ? batch : inUnits(batch, source as TableSource);
  let step = 0;
  const validate = async (): Promise<number> => {
    const figures = await validated(pipeline, source, recipe);
    onValidated?.(step, figures);
    return figures.loss;
  };
  const { clipNorm, emaDecay, patience = null } = recipe;
  onBegin?.(pipeline);
  const result = await fit<Batch>({
    module: model,
    enforceBounds: true,
    loss: objective(standard, recipe, input),
    unused: unusedIn(pipeline),
    ...(workers && { workers: workers.for({ config, input, recipe } satisfies TrainingTask) }),
    batches: (index, batchRng) => taken(source.batch(index, batchRng)),
    steps: recipe.steps,
    accumulate: recipe.accumulate,
    optimizer: optimizerFromSpec(recipe.optimizer),
    schedule: scheduleOf(recipe),
    ...(clipNorm !== null && { clipNorm }),
    ...(emaDecay !== null && { emaDecay }),
    afterStep: (made) => {
      step = made;
    },
    validate: {
      every: recipe.validateEvery ?? Math.max(1, Math.round(recipe.steps / VALIDATIONS)),
      loss: validate,
    },
    ...(patience !== null && { earlyStopping: { patience } }),
    callbacks: [
      ...callbacks,
      {
        async onValidation({ improved }) {
          if (improved) await keepBest?.(pipeline);
        },
      },
    ],
    rng: rng.split('fit'),
    onDivergence: 'return',
    ...(signal && { signal }),
    ...(resume && { resume }),
  });
  return { pipeline, result };
}

/**
 * The objective on the validation part of a source, of which a large table gives its first rows.
 */
export async function validated(
  pipeline: Pipeline,
  { input, validation }: Source,
  recipe: Recipe,
): Promise<ValidationFigures> {
  const dimension = eventSize(pipeline.model.shape);
  const part = atMost(validation, input.kind === 'table' ? validatedRows(dimension) : Infinity);
  // One draw of the noise on whole numbers is what the loss of a batch has.
  const probes = input.kind === 'images' ? { probes: VALIDATION_PROBES } : { places: 1 };
  return validationFigures(await score(pipeline, part.data, probes), part.labels, recipe, dimension);
}

/** Give a new model the weights of another one. */
async function beginWith(where: string, start: Pipeline, { model, input }: Pipeline): Promise<void> {
  const [wanted, got] = [takes(input), takes(start.input)];
  ensure(wanted === got, where, () => `expected a start that takes ${wanted}, got one that takes ${got}`);
  assign(model, await snapshot(start.model), { file: `${where}: start` });
}

/** What a model takes in, and what it tells apart. */
function takes(input: Input): string {
  const classes = input.classes.length > 0 ? `, classes ${input.classes.join(', ')}` : '';
  if (input.kind === 'images') return `images of ${input.shape.join('×')}${classes}`;
  const given = input.given ? `, given ${input.given.columns.join(', ')}` : '';
  return `the columns ${input.columns.join(', ')}${given}${classes}`;
}

/** A batch in the units of the transformed columns. */
function inUnits({ x, ...rest }: Batch, { mean, deviation }: TableSource): Batch {
  try {
    return { ...rest, x: tidy(() => add(mul(x, [...deviation]), [...mean])) };
  } finally {
    x.dispose();
  }
}

function scheduleOf({ schedule, learningRate, steps, warmup: most }: Recipe): Schedule {
  const rise = Math.min(most, Math.ceil(steps / 10));
  const after =
    schedule === 'constant' ? constant(learningRate) : cosine(learningRate, Math.max(1, steps - rise));
  return rise > 0 ? warmup(rise, after) : after;
}

/** The first examples of a part, which lies in random order. */
function atMost(part: Part, most: number): Part {
  if (part.count <= most || !('columns' in part.data)) return part;
  const { columns, values } = part.data;
  const data = { columns, rows: most, values: values.subarray(0, most * columns.length) };
  const labels = part.labels && Array.from({ length: most }, (_, i) => part.labels![i]!);
  return { ...part, count: most, data, labels };
}
