import { softmax, type Tensor } from '@tensorflow/tfjs-core';
import { checkOptions, ensure } from '@iresnet/core/internal';
import { bitsPerDimOf } from './bits';
import { conformalPValues } from '@iresnet/evaluation';
import { atRows } from './atRows';
import { batchesOf, type Ask, type Data, type Noise } from './data';
import { defaultPlaces } from './columns/places';
import { observed } from './columns/roles';
import { judging, PIECE } from './judging';
import { evenly } from './evenly';
import { inPieces, type Results } from './pieces';
import type { Pipeline } from './pipeline';
import { standardized } from './standardized';
import { recognized, type Recognized } from './trainedRows';
import type { Unusable } from './unusable';

/** Options of {@link score}. */
export interface ScoreOptions {
  /** Seed of the probes, and of the noise within the levels of images. Default 0. */
  readonly seed?: number;
  /** Probes of an example of more than 128 values. Default 4 to 16, by its size. */
  readonly probes?: number;
  /**
   * Places within the steps of whole numbers, for a row that has some: their noise is integrated
   * over them. 1 takes a random place, which goes with the content of the row. Default 13 for one
   * or two whole numbers, 17 for more.
   */
  readonly places?: number;
  /** Called after each piece with the number of examples done. */
  readonly onProgress?: (done: number) => void;
}

/** What a model says of each example. */
export interface Scores {
  readonly count: number;
  /**
   * ln p(x), nats, in the units of the data: a density of columns of numbers, a probability of
   * whole numbers, categories and days, and the product of both for a row; null for a model that
   * only classifies. Of an unusable example −Infinity, or NaN where it holds a NaN: `leastFirst`
   * puts it before all others.
   */
  readonly logProb: Float64Array | null;
  /** Standard error of each `logProb` by its probes, nats; null where there are none. */
  readonly standardError: Float64Array | null;
  /**
   * How usual each row is beside those that the pipeline was calibrated with: the conformal p-value
   * (1 + those with a score of at most its own)/(n + 1). Null without a calibration; NaN where
   * `logProb` is.
   */
  readonly pValue: Float64Array | null;
  /** The share of those usual rows with a score of at most its own, percent. */
  readonly percentile: Float64Array | null;
  /** How many of the rows the model was trained on; null where it does not know them. */
  readonly recognized: Recognized | null;
  /**
   * How many values of each row are missing, so that `logProb` is the marginal of the others; null
   * but for a masked model, which knows it.
   */
  readonly missing: Uint32Array | null;
  /** −ln p/(d ln 2) + log₂ levels, bits; null but for images with a density. */
  readonly bitsPerDim: Float64Array | null;
  /**
   * `[count, K]`, row-major: the probability of each class, NaN of an unusable example; null
   * without a classifier.
   */
  readonly probabilities: Float32Array | null;
  /** The examples that cannot be judged, in order, each with the reason. */
  readonly unusable: readonly Unusable[];
}

/**
 * ln p(x) of each example, and the probabilities of its classes, from one forward pass.
 *
 * A score is a function of model and example alone: it does not change with the order of the
 * examples, with their number, or with what stands beside them, and copies have equal scores. Up to
 * 128 values the log-determinant is exact. Beyond, it is estimated with probes, which are drawn for
 * each example from its content, and `standardError` tells how far they may have moved it. Images
 * get uniform noise within their levels for the density, drawn from their content too, and the
 * middle of each level for the classes. With another backend the last digits of float32 differ.
 *
 * Whole numbers, categories and days have probabilities: P(x) = ∫ p(x + u) du over the unit cube.
 * The integral is a mean over 13 or 17 places of a lattice, the same for every row, so that near
 * rows have near scores. It is off by some .01 nats for one or two such columns, and .1 for six
 * (root mean square, tests of two and six); more `places` bring it nearer.
 *
 * Rows are standardized in float64 on the host, so that an offset costs no digits.
 *
 * A model that was trained with masks (`masked` of its flow) scores a row with missing values, NaN,
 * by the marginal ln p of the values that are there. Scores of rows that lack different columns
 * have different units.
 *
 * @param pipeline - A trained model.
 * @param data - A table, rows, images, or what `sample` drew from the model.
 * @returns Arrays on the host, one entry an example, and a report of the examples that cannot be
 * judged: a value is not finite, beyond the support of its column, or so many deviations off that
 * float32 cannot hold its density.
 * @throws IResNetError of kind `data` when the data does not fit the model.
 *
 * @example
 * ```ts
 * import { faithful } from '@iresnet/datasets';
 * import { defaultRecipe, score, tableSource, train } from '@iresnet/pipeline';
 *
 * const recipe = { ...defaultRecipe('table'), steps: 5 };
 * const { pipeline } = await train(tableSource('faithful', faithful(), recipe), recipe);
 * const { logProb, unusable } = await score(pipeline, [[3.6, 79], [1.8, 1e39]]);
 * console.log(logProb); // nats, in minutes; −Infinity for the second row
 * console.log(unusable[0]!.index, unusable[0]!.reason); // 1 column 'waiting': 1e+39 is … deviations off
 * ```
 */
export function score(pipeline: Pipeline, data: Data, options: ScoreOptions = {}): Promise<Scores> {
  return scored('pipeline.score', pipeline, data, options);
}

/** ln(eᵃ + eᵇ). */
function logSum(a: number, b: number): number {
  const [less, more] = a < b ? [a, b] : [b, a];
  return more === -Infinity ? more : more + Math.log1p(Math.exp(less - more));
}

/** {@link score} under the name of another function. */
export async function scored(
  where: string,
  pipeline: Pipeline,
  data: Data,
  options: ScoreOptions = {},
  ask: Ask = observed,
): Promise<Scores> {
  checkOptions(where, options, { seed: true, probes: true, places: true, onProgress: true });
  const { input, task } = pipeline;
  const { seed = 0, probes, onProgress } = options;
  ensure(
    probes === undefined || (Number.isInteger(probes) && probes >= 1),
    where,
    () => `expected probes ≥ 1, got ${probes}`,
  );
  const { count, unusable, wholeNumbers, batch, key, blame, logVolume, row } = batchesOf(
    where,
    pipeline,
    data,
    ask,
  );
  const { places = defaultPlaces(wholeNumbers) } = options;
  ensure(Number.isInteger(places) && places >= 1, where, () => `expected places ≥ 1, got ${places}`);
  const noises: readonly Noise[] =
    wholeNumbers === 0 || places === 1
      ? [0]
      : Array.from({ length: places }, (_, index) => ({ index, of: places }));
  const { model, masked } = standardized(pipeline);
  const { head } = model;
  const density = task !== 'classify';
  const classes = head === null ? 0 : input.classes.length;
  const judge = judging(model, seed, probes);
  const logProb = density ? new Float64Array(count) : null;
  const standardError = density && judge.measured ? new Float64Array(count) : null;
  const probabilities = classes > 0 ? new Float32Array(count * classes) : null;
  const compute = (noise: Noise, from: number, to: number): Results => {
    const found: Record<string, Tensor> = {};
    const even = evenly(to - from);
    const examples = (of?: number): Tensor => even.padded(batch(from, to, of, noise));
    // Rows have no noise, so one forward pass serves both.
    let z: Tensor | undefined;
    if (density) {
      const keys = judge.exact
        ? []
        : Array.from({ length: even.rows }, (_, i) => key(Math.min(from + i, to - 1)));
      const { z: latent, ...judged } = judge.judge(examples(seed), keys);
      Object.assign(found, judged);
      if (input.kind === 'table') z = latent;
    }
    if (head && classes > 0) {
      const latent = (): Tensor => {
        const { piece, x } = atRows(model, examples());
        return piece.encode(x);
      };
      found['probabilities'] = softmax(head.logits(z ?? latent()));
    }
    return even.cut(found);
  };
  const size = density ? Math.min(judge.size, PIECE[input.kind]) : PIECE[input.kind];
  const last = noises.length - 1;
  for (const [k, noise] of noises.entries()) {
    await inPieces(model, count, size, compute.bind(null, noise), (values, from, to) => {
      if (logProb)
        for (let i = from; i < to; i++) {
          const one = values['logProb']![i - from]! - (logVolume?.(i, noise) ?? 0) - Math.log(noises.length);
          logProb[i] = k === 0 ? one : logSum(logProb[i]!, one);
        }
      standardError?.set(values['standardError']!, from);
      values['probabilities']?.forEach(
        (share, i) => (probabilities![from * classes + i]! += share / noises.length),
      );
      if (k === last) onProgress?.(to);
    });
  }
  const all = withoutAnswer({ logProb, standardError, probabilities }, count, unusable, blame);
  const bitsPerDim = logProb && input.kind === 'images' ? bitsPerDimOf(logProb, input) : null;
  const { calibration } = pipeline;
  const pValue = logProb && calibration ? conformalPValues(calibration, logProb) : null;
  return {
    count,
    logProb,
    standardError,
    pValue,
    percentile: pValue && percentiles(pValue, calibration!.count),
    recognized: row && calibration?.trained ? recognized(calibration.trained, row, count) : null,
    missing: masked && row ? Uint32Array.from({ length: count }, (_, i) => gaps(row(i))) : null,
    bitsPerDim,
    probabilities,
    unusable: all,
  };
}

/** Missing values. */
function gaps(row: ArrayLike<number>): number {
  return Array.from(row).filter(Number.isNaN).length;
}

/** 100 times the share of n usual scores that make a p-value. */
function percentiles(pValue: Float64Array, n: number): Float64Array {
  return pValue.map((p) => (100 * Math.round(p * (n + 1) - 1)) / n);
}

/**
 * Mark the examples that cannot be judged: those that float32 cannot hold, and those whose density
 * is not finite.
 */
function withoutAnswer(
  { logProb, standardError, probabilities }: Pick<Scores, 'logProb' | 'standardError' | 'probabilities'>,
  count: number,
  known: readonly Unusable[],
  blame: (i: number) => Unusable,
): readonly Unusable[] {
  const all = new Map(known.map((found) => [found.index, found]));
  const classes = probabilities ? probabilities.length / count : 0;
  for (let i = 0; i < count; i++) {
    const finite =
      (logProb === null || Number.isFinite(logProb[i]!)) &&
      (probabilities?.subarray(i * classes, (i + 1) * classes).every(Number.isFinite) ?? true);
    if (!finite && !all.has(i)) all.set(i, blame(i));
    const found = all.get(i);
    if (!found) continue;
    if (logProb) logProb[i] = found.missing ? NaN : -Infinity;
    if (standardError) standardError[i] = NaN;
    probabilities?.fill(NaN, i * classes, (i + 1) * classes);
  }
  return Array.from(all.values()).sort((a, b) => a.index - b.index);
}

/**
 * The scores of the examples that can be judged, and the positions of those: what a mean is made
 * of.
 *
 * @example
 * ```ts
 * import { estimateMean } from '@iresnet/evaluation';
 * import { faithful } from '@iresnet/datasets';
 * import { defaultRecipe, score, tableSource, train, usableScores } from '@iresnet/pipeline';
 *
 * const recipe = { ...defaultRecipe('table'), steps: 2 };
 * const { pipeline } = await train(tableSource('faithful', faithful(), recipe), recipe);
 * const { kept, logProb } = usableScores(await score(pipeline, [[3.6, 79], [1.8, NaN], [4.5, 82]]));
 * console.log(kept, estimateMean(logProb!)); // rows 0 and 2
 * ```
 */
export function usableScores({ count, unusable, logProb, bitsPerDim, probabilities }: Scores) {
  const out = new Set(unusable.map(({ index }) => index));
  const kept = Uint32Array.from({ length: count }, (_, i) => i).filter((i) => !out.has(i));
  const classes = probabilities ? probabilities.length / count : 0;
  return {
    kept,
    logProb: logProb && logProb.filter((_, i) => !out.has(i)),
    bitsPerDim: bitsPerDim && bitsPerDim.filter((_, i) => !out.has(i)),
    probabilities: probabilities && probabilities.filter((_, i) => !out.has(Math.floor(i / classes))),
    classes,
  };
}
