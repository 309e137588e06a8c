import type { Tensor2D } from '@tensorflow/tfjs-core';
import { noGrad, type Rng } from '@iresnet/core';
import {
  boundingBox,
  estimateMean,
  integrateDensity,
  largestDifference,
  largestError,
  pairedDifference,
  type Estimate,
} from '@iresnet/evaluation';
import type { FlowModel } from '@iresnet/model';
import type { TableModel } from './model';
import { firstRows, onHost, rowAt, toTensor, type Rows } from './rows';
import type { Source } from './source';
import { accuracyFigures, type AccuracyFigures } from './table/accuracy';
import { judgeRows } from './table/judge';

/** The numbers of a run, as `results.json` holds them. Log-likelihoods in nats, in the data's own units. */
export interface Figures {
  /** Mean held-out ln p(x). */
  readonly heldOut: Estimate;
  /** Held-out rows that were judged: a random part of them where there are more. */
  readonly heldOutRows: number;
  readonly heldOutTotal: number;
  readonly trainingRows: number;
  /** What it is compared with, on the same rows: name, its own estimate, and the paired difference model − reference. */
  readonly references: readonly {
    readonly name: string;
    readonly note?: string;
    readonly value: Estimate;
    readonly gain: Estimate;
  }[];
  /** How well the classes of the same rows are told, where there is a label column. */
  readonly accuracy: AccuracyFigures | null;
  /** ∫ p over the box, two columns only. */
  readonly integral: number | null;
  readonly box: readonly (readonly [number, number])[];
  readonly inverse: InverseFigures;
  /** Proven Lipschitz bound of each block. */
  readonly lipschitz: readonly number[];
  readonly parameters: number;
}

/** How exact the inverse is; lengths in standard deviations of the data. */
export interface InverseFigures {
  readonly rows: number;
  /** Largest |F(x̂) − z| over fresh samples x̂ = F⁻¹(z): what they are off in the latent. */
  readonly sampleError: number;
  /** Largest |x̂ − x| over held-out rows, x̂ = F⁻¹(F(x)). */
  readonly reconstructionError: number;
  /** Largest proven error of any single fixed-point solve over both, in the units of the standardized data. */
  readonly errorBound: number;
  /** Evaluations of residual branches per block. */
  readonly evaluationsPerBlock: number;
}

/** A density to compare with. */
export interface Reference {
  readonly name: string;
  /** What part of the rows it was made from, if not all. */
  readonly note?: string;
  logDensity(rows: Rows): Float64Array;
}

/** Held-out rows that are judged at most: the standard error is then below a hundredth of a deviation. */
export const JUDGED_ROWS = 20_000;
/** Rows that the inverse is checked on. */
const INVERSE_ROWS = 1000;

/** Judge a model on held-out rows. */
export function computeFigures(
  model: TableModel,
  source: Source,
  references: readonly Reference[],
  rng: Rng,
): Figures {
  const { density } = model;
  const { labels } = source;
  const heldOut = firstRows(source.heldOut, JUDGED_ROWS);
  const { logProb: ours, probabilities } = judgeRows(model, heldOut, rng);
  const box = boxOf(source);
  return {
    heldOut: estimateMean(ours),
    heldOutRows: heldOut.count,
    heldOutTotal: source.heldOut.count,
    trainingRows: source.training.count,
    references: references.map((reference) => {
      const theirs = reference.logDensity(heldOut);
      const { name, note } = reference;
      return {
        name,
        ...(note !== undefined && { note }),
        value: estimateMean(theirs),
        gain: pairedDifference(ours, theirs),
      };
    }),
    accuracy:
      labels && probabilities
        ? accuracyFigures(probabilities, {
            column: labels.column,
            classes: labels.classes,
            labels: labels.heldOut.subarray(0, heldOut.count),
            training: labels.training,
          })
        : null,
    integral:
      heldOut.width === 2
        ? integrateDensity(
            (values) =>
              judgeRows({ density, classifier: null }, { count: values.length / 2, width: 2, values }, rng)
                .logProb,
            box,
          )
        : null,
    box,
    inverse: inverseFigures(density, source, rng),
    lipschitz: density.blocks.map((block) => block.lipschitzBound()),
    parameters: Object.values((model.classifier?.model ?? density).params)
      .filter((variable) => variable.trainable)
      .reduce((sum, variable) => sum + variable.size, 0),
  };
}

/** The range of all rows, widened by half of it on each side: what holds practically all mass. */
export function boxOf({ training, heldOut }: Source, margin = 0.5): [number, number][] {
  return boundingBox([training.values, heldOut.values], training.width, { margin });
}

function inverseFigures(density: FlowModel, source: Source, rng: Rng): InverseFigures {
  const rows = firstRows(source.heldOut, INVERSE_ROWS);
  const { deviation } = source;
  return noGrad(() =>
    onHost(() => {
      const x = toTensor(rows, 0, rows.count);
      const back = density.decode(density.encode(x));
      const z = density.base.sample(INVERSE_ROWS, rng.split('inverse')) as Tensor2D;
      const samples = density.decode(z);
      const again = density.encode(samples.value);
      const count = density.blocks.length;
      return {
        rows: rows.count + INVERSE_ROWS,
        sampleError: largestDifference(again.dataSync(), z.dataSync()),
        reconstructionError: largestDifference(back.value.dataSync(), rows.values, deviation),
        errorBound: Math.max(largestError(back.solveBound), largestError(samples.solveBound)),
        evaluationsPerBlock: (back.evaluations + samples.evaluations) / 2 / count,
      };
    }),
  );
}

/** The rows of least density among the first 20,000 of the training and of the held-out rows, least first. */
export function unusualRows(
  density: FlowModel,
  source: Source,
  most: number,
  rng: Rng,
): {
  readonly row: number | null;
  readonly values: number[];
  readonly logLikelihood: number;
  readonly heldOut: boolean;
}[] {
  const parts = [
    { rows: source.training, lines: source.lineNumbers?.training, heldOut: false },
    { rows: source.heldOut, lines: source.lineNumbers?.heldOut, heldOut: true },
  ];
  return parts
    .flatMap(({ rows: all, lines, heldOut }) => {
      const rows = firstRows(all, JUDGED_ROWS);
      const { logProb } = judgeRows({ density, classifier: null }, rows, rng);
      const order = Uint32Array.from(logProb, (_, i) => i).sort((a, b) => logProb[a]! - logProb[b]!);
      return Array.from(order.subarray(0, most), (i) => ({
        row: lines?.[i] ?? null,
        values: rowAt(rows, i),
        logLikelihood: logProb[i]!,
        heldOut,
      }));
    })
    .sort((a, b) => a.logLikelihood - b.logLikelihood)
    .slice(0, most);
}
