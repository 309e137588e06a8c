import { IResNetError } from '@iresnet/core';
import { checkStructure, described, ensure, type FieldsOf } from '@iresnet/core/internal';
import {
  denseFlowDefaults,
  parseIResNetConfig,
  type DenseFlowConfig,
  type ImageIResNetConfig,
} from '@iresnet/model';
import { columnChoicesStructure, type ColumnChoices } from './columns/choice';
import { optimizers, type OptimizerSpec } from '@iresnet/training';
import { imageSettings, type ImageKind } from './imageRecipe';
import { tasks, type Task } from './task';
import { tableSettings, type TableKind } from './tableRecipe';

/**
 * A network for rows without what the data decides: their width and standardization, and whether
 * there is a classifier. Without `logDet` the determinant is exact up to 16 columns.
 */
export interface DenseRecipe {
  readonly kind: 'dense';
  readonly flow: Omit<DenseFlowConfig, 'dimension' | 'standardize' | 'logDet'> &
    Partial<Pick<DenseFlowConfig, 'logDet'>>;
}

/** Everything that decides a training run besides the data, as plain JSON. */
export interface Recipe {
  readonly task: Task;
  /** Seed of everything random. */
  readonly seed: number;
  readonly steps: number;
  readonly batchSize: number;
  /** Micro-batches whose gradients make one step. */
  readonly accumulate: number;
  readonly optimizer: OptimizerSpec;
  /** Peak of the learning rate. */
  readonly learningRate: number;
  /** What becomes of the learning rate after the first steps. */
  readonly schedule: 'constant' | 'cosine';
  /** Steps in which the learning rate rises from 0, a tenth of the run at most. */
  readonly warmup: number;
  /**
   * Decay of the average of the weights that is judged and kept; null for the weights themselves.
   */
  readonly emaDecay: number | null;
  readonly clipNorm: number | null;
  /** λ of a hybrid: cross entropy + λ · (−ln p)/d. */
  readonly densityWeight: number;
  /**
   * Share of the data that is held out to be judged on, where it has no test part of its own. With
   * 0 the validation part serves, which also chose the best model.
   */
  readonly holdOut: number;
  /** Seed of the cut into parts; without it `seed`, so that other seeds train on other parts. */
  readonly splitSeed?: number;
  /**
   * Examples that are set aside for the validation curve and for the choice of the best moment: a
   * count, or below 1 a share. With 0 the held-out part serves, and what is kept as best was chosen
   * by it.
   */
  readonly validation: number;
  /** Steps between two validations; without it a twentieth of the run. */
  readonly validateEvery?: number;
  /**
   * Validations in a row without a better one after which the run stops; its result is then the
   * model of the best. Without it, or null, the run makes all its steps and its result is the model
   * at the end.
   */
  readonly patience?: number | null;
  /**
   * Rows: whether they are whitened in front of the network, by the correlations of the training
   * rows. Without it they are not. A transform of the network's own goes before, and then nothing
   * is whitened.
   */
  readonly whiten?: boolean;
  /** Rows: standard deviation of the noise on training rows, in deviations of each direction. */
  readonly noise: number;
  /** Rows: columns that the density is conditional on. Without it there are none. */
  readonly given?: readonly string[];
  /**
   * Rows: what becomes of each column before it is standardized; absent where all stay as they are.
   */
  readonly transform?: ColumnChoices;
  /** Images: training images are shifted by up to so many pixels, and mirrored. */
  readonly augment: { readonly shift: number; readonly flip: boolean };
  readonly model: DenseRecipe | ImageIResNetConfig;
}

/** Every field of a recipe but its model, which `@iresnet/model` checks. */
const fields: FieldsOf<Omit<Recipe, 'model'>> = {
  task: { type: 'choice', choices: tasks, doc: 'What the model is trained for.' },
  seed: { type: 'count', min: 0, doc: 'Seed of everything random.' },
  steps: { type: 'count', min: 1, doc: 'Optimizer steps.' },
  batchSize: { type: 'count', min: 2, doc: 'Examples of a batch.' },
  accumulate: { type: 'count', min: 1, doc: 'Micro-batches whose gradients make one step.' },
  optimizer: { type: 'spec', table: optimizers, doc: 'The optimizer.' },
  learningRate: { type: 'number', above: 0, doc: 'Peak of the learning rate.' },
  schedule: {
    type: 'choice',
    choices: ['constant', 'cosine'],
    doc: 'What becomes of the learning rate after the first steps.',
  },
  warmup: { type: 'count', min: 0, doc: 'Steps in which the learning rate rises from 0.' },
  emaDecay: { type: 'number', min: 0, below: 1, nullable: true, doc: 'Decay of the average of the weights.' },
  clipNorm: { type: 'number', above: 0, nullable: true, doc: 'Longest gradient.' },
  densityWeight: { type: 'number', min: 0, doc: 'Weight of the density of a hybrid.' },
  holdOut: { type: 'number', min: 0, below: 1, doc: 'Share of the data that is held out.' },
  splitSeed: { type: 'count', min: 0, optional: true, doc: 'Seed of the cut into parts.' },
  validation: { type: 'number', min: 0, doc: 'Examples set aside for validation, or their share.' },
  validateEvery: { type: 'count', min: 1, optional: true, doc: 'Steps between two validations.' },
  patience: {
    type: 'count',
    min: 1,
    nullable: true,
    optional: true,
    doc: 'Validations in a row without a better one.',
  },
  whiten: { type: 'flag', optional: true, doc: 'Whether rows are whitened.' },
  noise: {
    type: 'number',
    min: 0,
    max: 1000,
    doc: 'Noise on training rows, in deviations of each direction.',
  },
  given: {
    type: 'list',
    of: { type: 'text', doc: 'One column.' },
    min: 1,
    optional: true,
    doc: 'Columns that the density is conditional on.',
  },
  transform: { ...columnChoicesStructure, optional: true },
  augment: {
    type: 'object',
    doc: 'How training images are changed.',
    fields: {
      shift: { type: 'count', min: 0, doc: 'Pixels that they are shifted by at most.' },
      flip: { type: 'flag', doc: 'Whether they are mirrored at random.' },
    },
  },
};

/**
 * Check a recipe that a person, a file or a program gave.
 *
 * @param where - The file or function, for the message.
 * @throws IResNetError (argument) that lists every difference at once; an unknown key or name comes
 * with the nearest known one.
 *
 * @example
 * ```ts
 * import { checkRecipe, defaultRecipe } from '@iresnet/pipeline';
 *
 * try {
 *   checkRecipe('recipe.json', { ...defaultRecipe('table'), stpes: 10 });
 * } catch (error) {
 *   console.log((error as Error).message); // … unknown key 'stpes' (did you mean 'steps'?)
 * }
 * ```
 */
export function checkRecipe(where: string, recipe: unknown): asserts recipe is Recipe {
  const { model, ...rest } = (recipe ?? {}) as Partial<Recipe>;
  const problems: string[] = [];
  const attempt = (check: () => void): void => {
    try {
      check();
    } catch (error) {
      const { message, where: place } = error as IResNetError;
      problems.push(place === where ? message.slice(where.length + 2) : message);
    }
  };
  attempt(() => checkStructure(where, { type: 'object', doc: 'A recipe.', fields }, rest));
  attempt(() => checkModel(where, model));
  if (problems.length === 0) attempt(() => checkTask(where, recipe as Recipe));
  if (problems.length > 0) throw new IResNetError('argument', where, problems.join('; '), { problems });
}

function checkModel(where: string, model: Partial<Recipe['model']> | undefined): void {
  ensure(
    model?.kind === 'dense' || model?.kind === 'image',
    where,
    () => `expected a model of kind dense or image, got ${described(model?.kind ?? model)}`,
  );
  // What the data decides is filled in, so that the whole can be checked.
  const whole =
    model.kind === 'image'
      ? model
      : { kind: 'dense', head: null, flow: { dimension: 1, logDet: 'exact', ...model.flow } };
  parseIResNetConfig(whole, where);
}

function checkTask(where: string, { model, task, given }: Recipe): void {
  const { transform = 'none' } = model.flow;
  ensure(
    !given ||
      (model.kind === 'dense' && (transform === 'none' || (transform as { kind: string }).kind === 'none')),
    where,
    () => 'expected a model of rows without a transform of its own for given columns, got another',
  );
  if (model.kind === 'dense') {
    ensure(
      task !== 'classify',
      where,
      () => 'expected the task density or hybrid for rows, got classify; a hybrid classifies too',
    );
    return;
  }
  ensure(
    task === 'density' || model.head !== null,
    where,
    () => `expected a model with a head for the task ${task}, got none`,
  );
  ensure(
    task === 'classify' || model.flow.padding === 0,
    where,
    () => `expected a model without padding for the task ${task}: padded images have no density`,
  );
}

const common = {
  seed: 1,
  accumulate: 1,
  schedule: 'cosine',
  clipNorm: 10,
  densityWeight: 1,
  noise: 0,
  augment: { shift: 0, flip: false },
} as const;

function dense(changes: Partial<DenseRecipe['flow']> = {}): DenseRecipe {
  const { dimension: _d, logDet: _l, ...flow } = denseFlowDefaults(2);
  return { kind: 'dense', flow: { ...flow, ...changes } };
}

const digitsKind: ImageKind = { count: 1797, shape: [8, 8, 1], classes: 10, levels: 17, ends: 0.58 };

/**
 * A recipe that works on two cores, to be changed by spreading it.
 *
 * @param kind - `table`: rows of a file, which are then described; `plane`: a distribution on the
 * plane; `digits`: the 8 × 8 digits; `images`: other images, which are then described.
 * @param task - Default `density` for rows and `hybrid` for images.
 *
 * @example
 * ```ts
 * import { defaultRecipe } from '@iresnet/pipeline';
 *
 * const recipe = { ...defaultRecipe('table'), steps: 200, seed: 7 };
 * console.log(recipe.batchSize, recipe.learningRate); // 128 0.005
 * ```
 */
export function defaultRecipe(kind: 'table', task?: Exclude<Task, 'classify'>, table?: TableKind): Recipe;
export function defaultRecipe(kind: 'plane', task?: Exclude<Task, 'classify'>): Recipe;
export function defaultRecipe(kind: 'digits', task?: Task): Recipe;
export function defaultRecipe(kind: 'images', task: Task, images: ImageKind): Recipe;
export function defaultRecipe(
  kind: 'table' | 'plane' | 'digits' | 'images',
  task?: Task,
  shown?: TableKind | ImageKind,
): Recipe {
  if (kind === 'table') {
    const { blocks, hidden, base, ...settings } = tableSettings(shown as TableKind | undefined);
    return {
      ...common,
      ...settings,
      task: task ?? 'density',
      optimizer: { kind: 'adam', beta2: 0.99 },
      warmup: 50,
      emaDecay: 0.995,
      transform: { all: 'auto' },
      whiten: true,
      model: dense({ blocks, hidden, ...(base && { base }) }),
    };
  }
  if (kind === 'plane') {
    return {
      ...common,
      task: task ?? 'density',
      optimizer: { kind: 'adam', beta2: 0.99 },
      warmup: 50,
      emaDecay: 0.995,
      holdOut: 1 / 3,
      validation: 0.1,
      // Edges and clusters, which a contraction can hardly pull out of one normal.
      model: dense({ base: { kind: 'mixture', components: 16, component: 'box' } }),
      steps: 1500,
      batchSize: 256,
      learningRate: 0.02,
    };
  }
  const chosen = task ?? 'hybrid';
  return {
    ...common,
    ...imageSettings(chosen, (shown as ImageKind | undefined) ?? digitsKind),
    task: chosen,
  };
}

/** Whether rows are whitened before the network gets them. */
export function whitens({ whiten = false, model }: Recipe): boolean {
  const { transform = 'none' } = model.flow;
  return whiten && (transform === 'none' || (transform as { kind: string }).kind === 'none');
}
