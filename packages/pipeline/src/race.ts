import { checkOptions, ensure } from '@iresnet/core/internal';
import type { GradientPool } from '@iresnet/training';
import type { DenseRecipe, Recipe } from './recipe';
import { CLUSTERS } from './tableRecipe';
import type { Source } from './source/source';
import { train, validated } from './train';

/** A recipe that was tried for a while. */
export interface Tried {
  /** What is different about it, such as `a trained matrix before each block`. */
  readonly name: string;
  readonly recipe: Recipe;
  /** The objective on the validation part; Infinity of a run that diverged. */
  readonly loss: number;
  readonly steps: number;
  /** Of training. */
  readonly seconds: number;
}

/** Options of {@link race}. */
export interface RaceOptions {
  /** Seconds of training for all recipes together; each makes 20 steps at least. */
  readonly seconds: number;
  /** Threads that train with this one, as those of `train`. */
  readonly workers?: GradientPool;
  /** Ends the race, with what was tried so far. */
  readonly signal?: AbortSignal;
  /** Called after each recipe. */
  readonly onTried?: (tried: Tried) => void;
}

/** Steps of a recipe at least, whatever the time: after fewer nothing has been learned yet. */
const LEAST = 20;
/** Steps that do not end a run before its time does. */
const NEVER = 1_000_000;

/**
 * Train some recipes for the same time each, and compare them on the validation part of the data.
 *
 * The rows that are judged are not looked at. How many steps fit into a time depends on the
 * machine, so two races may end differently; a training with the recipe that won gives the same
 * numbers again.
 *
 * @param sourceOf - Makes the data of a recipe: `(recipe) => tableSource(title, table, recipe)`.
 * @param recipes - By what is different about each; see `variants`.
 * @returns All that were tried, the best one first. `steps / seconds` is the speed of each.
 * @throws IResNetError (argument) for no recipe, or seconds that are not above 0.
 *
 * @example
 * ```ts
 * import { faithful } from '@iresnet/datasets';
 * import { defaultRecipe, race, tableSource } from '@iresnet/pipeline';
 *
 * const recipe = { ...defaultRecipe('table', 'density', { rows: 272, columns: 2 }), batchSize: 16 };
 * const sourceOf = (r: typeof recipe) => tableSource('faithful', faithful(), r);
 * const [best] = await race(sourceOf, { some: recipe, none: { ...recipe, noise: 0 } }, { seconds: 0.5 });
 * console.log(best!.name, best!.loss); // nats a row
 * ```
 */
export async function race(
  sourceOf: (recipe: Recipe) => Source,
  recipes: Readonly<Record<string, Recipe>>,
  options: RaceOptions,
): Promise<readonly Tried[]> {
  const where = 'pipeline.race';
  checkOptions(where, options, { seconds: true, workers: true, signal: true, onTried: true });
  const { seconds, workers, signal, onTried } = options;
  const names = Object.keys(recipes);
  ensure(names.length > 0, where, () => 'expected a recipe at least, got none');
  ensure(seconds > 0, where, () => `expected seconds > 0, got ${seconds}`);
  const tried: Tried[] = [];
  for (const name of names) {
    if (signal?.aborted) break;
    const found = await attempt(sourceOf, recipes[name]!, seconds / names.length, workers);
    tried.push({ name, ...found });
    onTried?.(tried.at(-1)!);
  }
  return tried.sort((a, b) => a.loss - b.loss);
}

/** Train a recipe for some seconds, without a validation on the way. */
async function attempt(
  sourceOf: (recipe: Recipe) => Source,
  recipe: Recipe,
  seconds: number,
  workers: GradientPool | undefined,
): Promise<Omit<Tried, 'name'>> {
  const source = sourceOf(recipe);
  const short: Recipe = {
    ...recipe,
    steps: NEVER,
    validateEvery: NEVER,
    patience: null,
    schedule: 'constant',
    warmup: Math.min(10, recipe.warmup),
  };
  const time = new AbortController();
  const { pipeline, result } = await train(source, short, {
    signal: time.signal,
    ...(workers && { workers }),
    callbacks: [{ onStepEnd: (log) => void (log.step >= LEAST && log.seconds >= seconds && time.abort()) }],
  });
  try {
    const failed = result.stopReason !== 'aborted';
    const loss = failed ? Infinity : (await validated(pipeline, source, recipe)).loss;
    return {
      recipe,
      loss: Number.isNaN(loss) ? Infinity : loss,
      steps: result.step,
      seconds: result.seconds,
    };
  } finally {
    pipeline.model.dispose();
  }
}

/** A setting that {@link variants} may change. */
export type Variable = 'base' | 'linear' | 'hidden' | 'noise';

/**
 * A recipe of rows and some that differ from it in one thing each, by what that is, for a
 * {@link race}.
 *
 * @param recipe - A density of rows, which is the first.
 * @param fixed - Settings that stay as they are.
 */
export function variants(recipe: Recipe, fixed: readonly Variable[] = []): Readonly<Record<string, Recipe>> {
  const { model, noise } = recipe;
  if (model.kind !== 'dense') return { 'the default': recipe };
  const flow = (change: Partial<DenseRecipe['flow']>): Recipe => ({
    ...recipe,
    model: { ...model, flow: { ...model.flow, ...change } },
  });
  const all: readonly (readonly [Variable | null, string, Recipe])[] = [
    [null, 'the default', recipe],
    ...(model.flow.masked
      ? []
      : ([['linear', 'a trained matrix before each block', flow({ linear: true })]] as const)),
    model.flow.base === undefined || model.flow.base === 'standardNormal'
      ? ['base', 'a mixture as the base', flow({ base: CLUSTERS })]
      : ['base', 'a normal base', flow({ base: 'standardNormal' })],
    ['hidden', 'layers twice as wide', flow({ hidden: model.flow.hidden.map((width) => 2 * width) })],
    ...(noise > 0 ? ([['noise', 'half the noise', { ...recipe, noise: noise / 2 }]] as const) : []),
  ];
  return Object.fromEntries(
    all.flatMap(([what, name, changed]) =>
      what !== null && fixed.includes(what) ? [] : [[name, changed] as const],
    ),
  );
}
