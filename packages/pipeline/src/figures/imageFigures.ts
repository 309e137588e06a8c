import { onHost } from '@iresnet/core';
import { finiteOrNull } from '@iresnet/core/internal';
import { takeImages, type ImageSet } from '@iresnet/datasets';
import {
  confusion,
  correct,
  estimateMean,
  largestError,
  mostProbable,
  type Estimate,
} from '@iresnet/evaluation';
import type { Certificate } from '@iresnet/model';
import type { Pipeline } from '../pipeline';
import { generationFigures, type GenerationFigures } from './generation';
import type { Task } from '../task';
import { reconstruct } from '../reconstruct';
import { score, usableScores, type Scores } from '../score';
import { countOf } from './tableFigures';

/** How good a model of images is, on images that it was not trained on. */
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
  /**
   * What it draws by class, beside real images; null where it does not, or was judged without its
   * training images.
   */
  readonly generation: GenerationFigures | null;
  readonly certificate: Certificate;
  /** Trainable numbers. */
  readonly parameters: number;
}

/** Held-out images that went to the latent space and back. */
export interface ReconstructionFigures {
  readonly images: number;
  /** Largest |x − F⁻¹(F(x))| of a pixel, whose range is 1; null where it is not finite. */
  readonly largestError: number | null;
  readonly converged: number;
  /** Largest bound of any single fixed-point solve; null without a proof. */
  readonly errorBound: number | null;
  /** Evaluations of residual branches per block. */
  readonly evaluationsPerBlock: number;
}

/** Temperature of the draws that are judged: that of the pictures in a report. */
export const DRAWN_AT = 0.8;

/** Images that the inverse is checked on. */
const INVERTED = 500;

/**
 * Judge a model on images.
 *
 * @param heldOut - Images that it was not trained on.
 * @param options - How many it was trained on, the seed of noise and probes (0), and a listener of
 * the progress.
 * @returns The figures, and the scores that they are made from.
 */
export async function imageFigures(
  pipeline: Pipeline,
  heldOut: ImageSet,
  options: {
    readonly trainingImages: number;
    /** The training images, to compare draws with. */
    readonly training?: ImageSet;
    readonly seed?: number;
    readonly onProgress?: (done: number) => void;
  },
): Promise<{ readonly figures: ImageFigures; readonly scores: Scores }> {
  const { trainingImages, training, seed = 0, onProgress } = options;
  const { model, task } = pipeline;
  const scores = await score(pipeline, heldOut, { seed, ...(onProgress && { onProgress }) });
  const { kept, bitsPerDim, logProb, probabilities } = usableScores(scores);
  const { classes, levels } = heldOut;
  const labels = Uint8Array.from(kept, (i) => heldOut.labels[i]!);
  const predicted = probabilities && mostProbable(probabilities, classes.length);
  return {
    scores,
    figures: {
      task,
      levels,
      trainingImages,
      heldOutImages: heldOut.count,
      bitsPerDim: bitsPerDim && estimateMean(bitsPerDim),
      logLikelihood: logProb && estimateMean(logProb),
      accuracy: predicted && estimateMean(correct(predicted, labels)),
      confusion: predicted && confusion(predicted, labels, classes.length),
      reconstruction: await reconstruction(pipeline, heldOut),
      generation: training
        ? await generationFigures(pipeline, training, heldOut, { temperature: DRAWN_AT })
        : null,
      certificate: await onHost([model], () => model.certify()),
      parameters: countOf(model),
    },
  };
}

async function reconstruction(pipeline: Pipeline, set: ImageSet): Promise<ReconstructionFigures> {
  const images = Math.min(INVERTED, set.count);
  const shown = takeImages(
    set,
    Array.from({ length: images }, (_, i) => i),
  );
  const found = await reconstruct(pipeline, shown);
  return {
    images,
    largestError: finiteOrNull(largestError(found.maxError)),
    converged: found.converged.filter(Boolean).length,
    errorBound: finiteOrNull(largestError(found.solveBound)),
    evaluationsPerBlock: found.evaluationsPerBlock,
  };
}
