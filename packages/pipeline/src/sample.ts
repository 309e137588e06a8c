import { createRng, IResNetError, type Rng } from '@iresnet/core';
import { checkOptions, didYouMean, ensure } from '@iresnet/core/internal';
import type { InverseReport } from '@iresnet/core';
import type { Table } from '@iresnet/datasets';
import type { BaseDistribution } from '@iresnet/flows';
import { isMixture, type IResNet } from '@iresnet/model';
import { contextsOf, type Contexts } from './contexts';
import { inPieces } from './pieces';
import type { Pipeline } from './pipeline';
import { standardized } from './standardized';
import { toData, type Drawn } from './toData';

/** Options of {@link sample}. */
export interface SampleOptions {
  /** Default 0. */
  readonly seed?: number;
  /** In place of `seed`: the stream itself. */
  readonly rng?: Rng;
  /**
   * How many draws of the same seed were made before, a multiple of 1024 for rows and of 128 for
   * images. Default 0.
   */
  readonly first?: number;
  /**
   * T: the deviation of the latent is multiplied by it. Below 1 it draws nearer to the modes.
   * Default 1.
   */
  readonly temperature?: number;
  /**
   * Draw from p(x | class), a name in `pipeline.input.classes`. The base must have a component for
   * each class: a head with `pool: 'bayes'`. Default: draw from p(x).
   */
  readonly class?: string;
  /**
   * For a density with given columns: their values, in one row for all draws or in a row for each,
   * among other columns or alone.
   */
  readonly given?: Table;
  /** Called after each piece with the number of draws made. */
  readonly onProgress?: (done: number) => void;
}

/** Draws inverted at a time. */
export const DRAWN = { table: 1024, images: 128 } as const;

/**
 * n draws x = F⁻¹(z), z from the prior, in the units of the data: rows of a table, or images.
 *
 * The same seed gives the same draws; more of them begin with those of fewer.
 *
 * Rows hold what their columns can hold: whole numbers, days and codes of categories where the
 * schema says so; numbers with the decimals of the training rows, and none beyond a bound that
 * these show, such as a price below 0. A draw goes to the nearest value that can be
 * (`input.possible`).
 *
 * @returns What `score` and the other functions take as it is. `values` holds rows in the units of
 * the data, images as levels. `converged` says for each draw whether every fixed-point iteration
 * did: a draw that failed never ends the others.
 * @throws IResNetError of kind `argument` for a model that only classifies, and for a class that
 * the model does not have or cannot draw from, and without the values of given columns; of kind
 * `data` for values that the model does not know.
 *
 * @example
 * ```ts
 * import { faithful } from '@iresnet/datasets';
 * import { defaultRecipe, sample, score, tableSource, train } from '@iresnet/pipeline';
 *
 * const recipe = { ...defaultRecipe('table'), steps: 5 };
 * const { pipeline } = await train(tableSource('faithful', faithful(), recipe), recipe);
 * const drawn = await sample(pipeline, 3, { seed: 1 });
 * console.log(drawn.shape, drawn.values); // [ 2 ] and three rows of minutes
 * console.log((await score(pipeline, drawn)).logProb); // nats of each
 * ```
 */
export async function sample(pipeline: Pipeline, n: number, options: SampleOptions = {}): Promise<Drawn> {
  const where = 'pipeline.sample';
  checkOptions(where, options, {
    seed: true,
    rng: true,
    first: true,
    temperature: true,
    class: true,
    given: true,
    onProgress: true,
  });
  ensure(Number.isSafeInteger(n) && n >= 0, where, () => `expected a count n ≥ 0, got ${n}`);
  const { input, task } = pipeline;
  const { model } = standardized(pipeline);
  if (task === 'classify')
    throw new IResNetError(
      'argument',
      where,
      'expected a model with a density, got one that only classifies',
    );
  const { rng = createRng(options.seed ?? 0), first = 0, temperature = 1, onProgress } = options;
  const { base } = model.flow;
  const at = (from: number, to: number): IResNet =>
    contexts && model.kind === 'dense' ? model.at!(contexts.batch(from, to)) : model;
  const latent = options.class === undefined ? base.sample : latentOf(pipeline, options.class, where);
  const contexts = contextsFor(pipeline, n, options.given, where);
  const drawn = toData(pipeline, n, true);
  let report: InverseReport;
  await inPieces(
    model,
    n,
    DRAWN[input.kind],
    (from, to) => {
      report = at(from, to).decode(latent(to - from, rng.split(first + from), temperature));
      return { x: report.value };
    },
    ({ x }, from, to) => {
      drawn.put(x, from);
      drawn.converged.push(...report.converged);
      onProgress?.(to);
    },
  );
  return drawn.result();
}

/** The contexts of n draws; null for a density without given columns. */
function contextsFor(
  { input }: Pipeline,
  n: number,
  rows: Table | undefined,
  where: string,
): Contexts | null {
  const given = input.kind === 'table' ? input.given : undefined;
  ensure((given === undefined) === (rows === undefined), where, () =>
    given
      ? `expected values of the given columns ${given.columns.join(', ')}, got none`
      : 'expected a density with given columns for values of them, got one without',
  );
  if (!given) return null;
  const contexts = contextsOf(where, given, rows!);
  ensure(
    contexts.count === 1 || contexts.count === n,
    where,
    () => `expected given values in 1 row or in ${n}, got ${contexts.count}`,
  );
  return contexts;
}

/** Whether {@link sample} can draw from one class. */
export function drawsClasses({ model: { head, flow, config } }: Pick<Pipeline, 'model'>): boolean {
  return head !== null && config.head?.pool === 'bayes' && isMixture(flow.base);
}

/** Draws latents from the component of a class. */
function latentOf(pipeline: Pipeline, name: string, where: string): BaseDistribution['sample'] {
  const { base } = pipeline.model.flow;
  ensure(
    isMixture(base) && drawsClasses(pipeline),
    where,
    () =>
      "expected a model whose base has a component for each class (a head with pool 'bayes'), got another",
  );
  const { classes } = pipeline.input;
  const index = classes.indexOf(name);
  ensure(
    index >= 0,
    where,
    () => `expected a class of ${classes.join(', ')}, got '${name}'${didYouMean(name, classes)}`,
  );
  return (n, rng, temperature) => base.sampleFrom(index, n, rng, temperature);
}
