import { tidy } from '@tensorflow/tfjs-core';
import { noGrad, onHost, trainableParams, type Rng } from '@iresnet/core';
import { completeRows, takeRows } from '@iresnet/datasets';
import {
  boundingBox,
  estimateMean,
  gridPoints,
  integrateDensity,
  largestDifference,
  largestError,
  type Box,
  type Estimate,
} from '@iresnet/evaluation';
import type { IResNet } from '@iresnet/model';
import type { Pipeline } from '../pipeline';
import { discrete } from '../columns/discrete';
import { contextsOf } from '../contexts';
import { firstRows } from '../rows';
import { reconstruct, type Reconstructed } from '../reconstruct';
import { score, usableScores } from '../score';
import { standardized } from '../standardized';
import { observedMoments } from '../source/moments';
import type { TableSource } from '../source/source';
import { accuracyFigures, type AccuracyFigures } from './accuracy';
import type { Reference } from './references';

/**
 * How good a model of a table is, on rows that it was not trained on. Log-likelihoods in nats, in
 * the units of the data.
 */
export interface TableFigures {
  /** Mean held-out ln p(x) of the rows that can be judged; NaN where there is none. */
  readonly heldOut: Estimate;
  /**
   * Held-out rows that cannot be judged: how many, and the first of them. They count in no mean.
   */
  readonly unusable: {
    readonly rows: number;
    readonly first: readonly { readonly row: number | null; readonly reason: string }[];
  };
  /** Held-out rows that were judged: a random part of them where there are more. */
  readonly heldOutRows: number;
  /** Those of them without gaps: it is compared on these alone. */
  readonly completeRows: number;
  readonly heldOutTotal: number;
  readonly trainingRows: number;
  /**
   * What it is compared with, on the complete rows: its own estimate, and the paired difference
   * model − reference.
   */
  readonly references: readonly {
    readonly name: string;
    readonly note?: string;
    readonly value: Estimate;
    readonly gain: Estimate;
  }[];
  /** What it cannot be compared with, and why. */
  readonly unavailable: readonly { readonly name: string; readonly reason: string }[];
  /** How well the classes of the same rows are predicted; null without classes. */
  readonly accuracy: AccuracyFigures | null;
  /** ∫ p over the box; null but for two columns with a density. */
  readonly integral: number | null;
  readonly box: Box;
  readonly inverse: InverseFigures;
  /** Proven Lipschitz bound of each block. */
  readonly lipschitz: readonly number[];
  /** Trainable numbers. */
  readonly parameters: number;
}

/** How exact the inverse is. */
export interface InverseFigures {
  /** Held-out rows and samples that were inverted. */
  readonly rows: number;
  /** Those that were left out: rows that float32 cannot hold, and whatever did not converge. */
  readonly skipped: number;
  /** Largest |F(x̂) − z| over fresh samples x̂ = F⁻¹(z). */
  readonly sampleError: number;
  /** Largest |x̂ − x| over held-out rows, x̂ = F⁻¹(F(x)), in standard deviations of the data. */
  readonly reconstructionError: number;
  /**
   * Largest error bound of any single fixed-point solve over both, in the units of the standardized
   * data.
   */
  readonly errorBound: number;
  /** Evaluations of residual branches per block. */
  readonly evaluationsPerBlock: number;
}

/**
 * Held-out rows that are judged at most: 20,000 up to 31 columns, so that the standard error is
 * below a hundredth of a deviation; beyond, where an exact density costs more, 2·10⁷/columns², and
 * 1000 at least.
 */
export function judgedRows(columns: number): number {
  return Math.min(20_000, Math.max(1000, Math.floor(2e7 / columns ** 2)));
}

/** Unusable rows that are named. */
const NAMED = 3;
/** Rows that the inverse is checked on. */
const INVERSE_ROWS = 1000;
/** Cells along one side of the integral's grid. */
const INTEGRAL_SIDE = 400;

/**
 * Judge a model on the held-out rows of a source.
 *
 * @param compared - Densities to compare with: `references(source)`.
 * @param rng - The stream of the samples that are inverted.
 *
 * @example
 * ```ts
 * import { createRng } from '@iresnet/core';
 * import { iris } from '@iresnet/datasets';
 * import { defaultRecipe, references, tableFigures, tableSource, train } from '@iresnet/pipeline';
 *
 * const recipe = { ...defaultRecipe('table'), steps: 2 };
 * const source = tableSource('iris', iris(), recipe);
 * const { pipeline } = await train(source, recipe);
 * const { heldOut, inverse } = await tableFigures(pipeline, source, references(source), createRng(1));
 * console.log(heldOut, inverse); // nats with their standard error; how far rows come back
 * ```
 */
export async function tableFigures(
  pipeline: Pipeline,
  source: TableSource,
  compared: readonly Reference[],
  rng: Rng,
): Promise<TableFigures> {
  const { model, input } = pipeline;
  const all = firstRows(source.heldOut.data, judgedRows(source.heldOut.data.columns.length));
  const scores = await score(pipeline, all);
  const { kept, logProb, probabilities } = usableScores(scores);
  const { unusable } = scores;
  const heldOut = takeRows(all, kept);
  const box = boxOf(source);
  const { columns } = heldOut;
  // What the model is compared with takes no gaps.
  const whole = Array.from(kept.keys()).filter((k) => !scores.missing?.[kept[k]!]);
  const complete = takeRows(heldOut, whole);
  const part =
    complete.rows < heldOut.rows ? `on the ${complete.rows} complete rows of ${heldOut.rows}` : undefined;
  return {
    heldOut: meanOf(logProb!),
    unusable: {
      rows: unusable.length,
      first: unusable.slice(0, NAMED).map(({ index, reason }) => ({
        row: source.heldOut.numbers?.[index] ?? null,
        reason,
      })),
    },
    heldOutRows: heldOut.rows,
    completeRows: complete.rows,
    heldOutTotal: source.heldOut.count,
    trainingRows: source.training.count,
    references: compared.flatMap(({ name, note, logDensity }) => {
      if (!logDensity) return [];
      const theirs = logDensity(complete);
      const notes = [note, part].filter((text) => text !== undefined);
      return {
        name,
        ...(notes.length > 0 && { note: notes.join(', ') }),
        value: meanOf(theirs),
        gain: meanOf(theirs.map((value, k) => logProb![whole[k]!]! - value)),
      };
    }),
    unavailable: compared.flatMap(({ name, reason }) => (reason === undefined ? [] : { name, reason })),
    accuracy:
      probabilities && heldOut.rows > 0 && source.heldOut.labels && input.kind === 'table'
        ? accuracyFigures(probabilities, {
            column: input.label!,
            classes: input.classes,
            labels: Int32Array.from(kept, (i) => source.heldOut.labels![i]!),
            training: source.training.labels,
          })
        : null,
    integral:
      columns.length === 2 && !source.input.given && !discrete(source.input.kinds)
        ? await integral(pipeline, columns, box)
        : null,
    box,
    inverse: await inverseFigures(pipeline, source, rng),
    lipschitz: await onHost([model], () => model.flow.blocks.map((block) => block.lipschitzBound())),
    parameters: countOf(model),
  };
}

/** The range of all rows, widened by a share of it on each side. */
export function boxOf({ training, heldOut }: TableSource, margin = 0.5): Box {
  const { length } = training.data.columns;
  const { mean } = observedMoments(training.data);
  // A gap has no say.
  const there = ({ data }: typeof training) =>
    data.values.map((value, i) => (Number.isNaN(value) ? mean[i % length]! : value));
  return boundingBox([there(training), there(heldOut)], length, { margin });
}

/** Trainable numbers of a model. */
export function countOf({ params }: IResNet): number {
  return trainableParams(params).reduce((sum, { size }) => sum + size, 0);
}

async function integral(pipeline: Pipeline, columns: readonly string[], box: Box): Promise<number> {
  const values = gridPoints(box, INTEGRAL_SIDE);
  const { logProb } = await score(pipeline, { columns, rows: values.length / 2, values });
  return integrateDensity(() => logProb!, box, { side: INTEGRAL_SIDE });
}

/** Rows that cannot be inverted are counted and do not end the others. */
async function inverseFigures(pipeline: Pipeline, source: TableSource, rng: Rng): Promise<InverseFigures> {
  const rows = firstRows(completeRows(source.heldOut.data), INVERSE_ROWS);
  const back = await reconstruct(pipeline, rows);
  const { model } = standardized(pipeline);
  const { flow } = model;
  const width = source.input.columns.length;
  const { given } = source.input;
  const bounds: number[] = [];
  const errors = { sample: 0, evaluations: 0 };
  let skipped = 0;
  // Of a density with given columns a sample for each row, with its context.
  const count = given ? rows.rows : INVERSE_ROWS;
  const converged = (report: Pick<Reconstructed, 'converged' | 'solveBound'>, i: number): boolean => {
    if (!report.converged[i]) {
      skipped++;
      return false;
    }
    bounds.push(report.solveBound[i]!);
    return true;
  };
  const judge = (): void => {
    const z = flow.base.sample(count, rng.split('inverse'));
    const at =
      given && model.kind === 'dense'
        ? model.at!(contextsOf('pipeline.tableFigures', given, rows).batch(0, count))
        : model;
    const samples = at.decode(z);
    const [wanted, found] = [z.dataSync(), at.encode(samples.value).dataSync()];
    for (let i = 0; i < count; i++) {
      if (!converged(samples, i)) continue;
      const row = (values: typeof wanted) => values.subarray(i * width, (i + 1) * width);
      errors.sample = Math.max(errors.sample, largestDifference(row(found), row(wanted)));
    }
    errors.evaluations = samples.evaluations / flow.blocks.length;
  };
  await onHost([model], () => noGrad(() => tidy(judge)));
  const inverted = back.maxDeviations.filter((_, i) => converged(back, i));
  return {
    rows: rows.rows + count - skipped,
    skipped,
    sampleError: errors.sample,
    reconstructionError: largestError(inverted),
    errorBound: largestError(bounds),
    evaluationsPerBlock: (back.evaluationsPerBlock + errors.evaluations) / 2,
  };
}

/** The mean of the rows that can be judged, if there are any. */
function meanOf(values: Float64Array): Estimate {
  return values.length > 0 ? estimateMean(values) : { mean: NaN, standardError: NaN };
}
