import { noGrad, type Rng } from '@iresnet/core';
import { imageBatch, takeImages, type ImageSet } from '@iresnet/datasets';
import {
  accuracy,
  confusion,
  estimateMean,
  largestError,
  mostProbable,
  type Estimate,
} from '@iresnet/evaluation';
import type { Certificate, IResNet } from '@iresnet/model';
import { onHost } from '../rows';
import type { Task } from './config';
import { judge, type Judgement } from './judge';

/** The numbers of a run on images, as `results.json` holds them. */
export interface ImageFigures {
  readonly task: Task;
  readonly trainingImages: number;
  readonly heldOutImages: number;
  /** Values that a pixel can have. */
  readonly levels: number;
  /** Mean held-out −ln p/(d ln 2) + log₂ levels. */
  readonly bitsPerDim: Estimate | null;
  /** Mean held-out ln p, nats an image, of images in [−½, ½]. */
  readonly logLikelihood: Estimate | null;
  /** Share of held-out images that are classified right. */
  readonly accuracy: Estimate | null;
  /** Rows are true classes, columns predicted ones. */
  readonly confusion: readonly (readonly number[])[] | null;
  readonly reconstruction: ReconstructionFigures;
  readonly certificate: Certificate;
  readonly parameters: number;
}

/** What came of held-out images that went to the latent space and back. */
export interface ReconstructionFigures {
  readonly images: number;
  /** Largest |x − F⁻¹(F(x))| of a pixel; the range of a pixel is 1. Null when the inverse did not give numbers. */
  readonly largestError: number | null;
  /** Images whose every iteration reached its tolerance. */
  readonly converged: number;
  /** Largest proven error of any single fixed-point solve; null without a proof. */
  readonly errorBound: number | null;
  /** Evaluations of residual branches per block. */
  readonly evaluationsPerBlock: number;
}

/** Images that the inverse is checked on, and how many at a time. */
const INVERTED = 500;
const PIECE = 100;

/** Judge a model on held-out images. */
export function imageFigures(
  model: IResNet,
  sets: { readonly heldOut: ImageSet; readonly trainingImages: number },
  task: Task,
  rng: Rng,
  tick?: (done: number) => void,
): { readonly figures: ImageFigures; readonly judgement: Judgement } {
  const { heldOut, trainingImages } = sets;
  const judgement = judge(model, heldOut, task, rng, tick);
  const { bitsPerDim, logProb, probabilities } = judgement;
  const predicted = probabilities && mostProbable(probabilities, heldOut.classes.length);
  return {
    judgement,
    figures: {
      task,
      levels: heldOut.levels,
      trainingImages,
      heldOutImages: heldOut.count,
      bitsPerDim: bitsPerDim && estimateMean(bitsPerDim),
      logLikelihood: logProb && estimateMean(logProb),
      accuracy: predicted && accuracy(predicted, heldOut.labels),
      confusion: predicted && confusion(predicted, heldOut.labels, heldOut.classes.length),
      reconstruction: reconstruction(model, heldOut),
      certificate: model.certify(),
      parameters: Object.values(model.params)
        .filter((variable) => variable.trainable)
        .reduce((sum, variable) => sum + variable.size, 0),
    },
  };
}

function reconstruction(model: IResNet, set: ImageSet): ReconstructionFigures {
  const count = Math.min(INVERTED, set.count);
  let largest = 0;
  let bound = 0;
  let converged = 0;
  let evaluations = 0;
  for (let from = 0; from < count; from += PIECE) {
    const to = Math.min(count, from + PIECE);
    const piece = takeImages(
      set,
      Array.from({ length: to - from }, (_, i) => from + i),
    );
    noGrad(() =>
      onHost(() => {
        const report = model.reconstruct(imageBatch(piece));
        largest = Math.max(largest, largestError(report.maxError));
        bound = Math.max(bound, largestError(report.solveBound));
        converged += report.converged.filter(Boolean).length;
        evaluations += report.evaluations / Math.ceil(count / PIECE);
      }),
    );
  }
  return {
    images: count,
    largestError: finiteOrNull(largest),
    converged,
    errorBound: finiteOrNull(bound),
    evaluationsPerBlock: evaluations / model.flow.blocks.length,
  };
}

export function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
