import { tidy } from '@tensorflow/tfjs-core';
import { noGrad, trainableParams, type Rng } from '@iresnet/core';
import { toTensor } from '@iresnet/datasets';
import {
  boundingBox,
  estimateMean,
  gridPoints,
  integrateDensity,
  largestDifference,
  largestError,
  pairedDifference,
  type Box,
  type Estimate,
} from '@iresnet/evaluation';
import type { IResNet } from '@iresnet/model';
import type { Pipeline } from '../pipeline';
import { firstRows } from '../rows';
import { score } from '../score';
import type { TableSource } from '../source/source';
import { accuracyFigures, type AccuracyFigures } from './accuracy';
import type { Reference } from './references';

/** How good a model of a table is, on rows that it was not trained on. Log-likelihoods in nats, in the units of the data. */
export interface TableFigures {
  /** Mean held-out ln p(x). */
  readonly heldOut: Estimate;
  /** Held-out rows that were judged: a random part of them where there are more. */
  readonly heldOutRows: number;
  readonly heldOutTotal: number;
  readonly trainingRows: number;
  /** What it is compared with, on the same rows: its own estimate, and the paired difference model − reference. */
  readonly references: readonly {
    readonly name: string;
    readonly note?: string;
    readonly value: Estimate;
    readonly gain: Estimate;
  }[];
  /** How well the classes of the same rows are predicted; null without classes. */
  readonly accuracy: AccuracyFigures | null;
  /** ∫ p over the box; null but for two columns. */
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
  readonly rows: number;
  /** Largest |F(x̂) − z| over fresh samples x̂ = F⁻¹(z). */
  readonly sampleError: number;
  /** Largest |x̂ − x| over held-out rows, x̂ = F⁻¹(F(x)), in standard deviations of the data. */
  readonly reconstructionError: number;
  /** Largest error bound of any single fixed-point solve over both, in the units of the standardized data. */
  readonly errorBound: number;
  /** Evaluations of residual branches per block. */
  readonly evaluationsPerBlock: number;
}

/** Held-out rows that are judged at most: the standard error is then below a hundredth of a deviation. */
export const JUDGED_ROWS = 20_000;
/** Rows that the inverse is checked on. */
const INVERSE_ROWS = 1000;
/** Cells along one side of the integral's grid. */
const INTEGRAL_SIDE = 400;

/**
 * Judge a model on the held-out rows of a source.
 *
 * @param compared - Densities to compare with: `references(source)`.
 * @param rng - The stream of probes and samples.
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
  const heldOut = firstRows(source.heldOut.data, JUDGED_ROWS);
  const { logProb, probabilities } = await score(pipeline, heldOut, { rng });
  const box = boxOf(source);
  const { columns } = heldOut;
  return {
    heldOut: estimateMean(logProb!),
    heldOutRows: heldOut.rows,
    heldOutTotal: source.heldOut.count,
    trainingRows: source.training.count,
    references: compared.map(({ name, note, logDensity }) => {
      const theirs = logDensity(heldOut);
      return {
        name,
        ...(note !== undefined && { note }),
        value: estimateMean(theirs),
        gain: pairedDifference(logProb!, theirs),
      };
    }),
    accuracy:
      probabilities && source.heldOut.labels && input.kind === 'table'
        ? accuracyFigures(probabilities, {
            column: input.label!,
            classes: input.classes,
            labels: Int32Array.from({ length: heldOut.rows }, (_, i) => source.heldOut.labels![i]!),
            training: source.training.labels,
          })
        : null,
    integral: columns.length === 2 ? await integral(pipeline, columns, box, rng) : null,
    box,
    inverse: inverseFigures(model, source, rng),
    lipschitz: model.flow.blocks.map((block) => block.lipschitzBound()),
    parameters: countOf(model),
  };
}

/** The range of all rows, widened by a share of it on each side. */
export function boxOf({ training, heldOut }: TableSource, margin = 0.5): Box {
  const { columns, values } = training.data;
  return boundingBox([values, heldOut.data.values], columns.length, { margin });
}

/** Trainable numbers of a model. */
export function countOf({ params }: IResNet): number {
  return trainableParams(params).reduce((sum, { size }) => sum + size, 0);
}

async function integral(pipeline: Pipeline, columns: readonly string[], box: Box, rng: Rng): Promise<number> {
  const values = gridPoints(box, INTEGRAL_SIDE);
  const { logProb } = await score(pipeline, { columns, rows: values.length / 2, values }, { rng });
  return integrateDensity(() => logProb!, box, { side: INTEGRAL_SIDE });
}

function inverseFigures(model: IResNet, source: TableSource, rng: Rng): InverseFigures {
  const rows = firstRows(source.heldOut.data, INVERSE_ROWS);
  const { flow } = model;
  let figures: InverseFigures;
  noGrad(() =>
    tidy(() => {
      const back = model.decode(model.encode(toTensor(rows)));
      const z = flow.base.sample(INVERSE_ROWS, rng.split('inverse'));
      const samples = model.decode(z);
      const again = model.encode(samples.value);
      figures = {
        rows: rows.rows + INVERSE_ROWS,
        sampleError: largestDifference(again.dataSync(), z.dataSync()),
        reconstructionError: largestDifference(back.value.dataSync(), rows.values, source.deviation),
        errorBound: largestError([...back.solveBound, ...samples.solveBound]),
        evaluationsPerBlock: (back.evaluations + samples.evaluations) / 2 / flow.blocks.length,
      };
    }),
  );
  return figures!;
}
