import { noGrad, type Rng } from '@iresnet/core';
import { imageBatch, takeImages, type ImageSet } from '@iresnet/datasets';
import { bitsPerDim, type IResNet } from '@iresnet/model';
import { onHost } from '../rows';
import type { Task } from './config';

/** What a model says of each image of a set. */
export interface Judgement {
  /** `[n]`, bits per dimension; none without a density. */
  readonly bitsPerDim: Float64Array | null;
  /** `[n]`, nats. */
  readonly logProb: Float64Array | null;
  /** `[n, K]`, row-major; none without a head. */
  readonly probabilities: Float32Array | null;
}

/** Images on the device at a time. */
const PIECE = 128;

/**
 * Densities of images with uniform noise on their levels, and class probabilities of images in the middle of theirs.
 *
 * @param tick - Called with the number of images done.
 */
export function judge(
  model: IResNet,
  set: ImageSet,
  task: Task,
  rng: Rng,
  tick?: (done: number) => void,
): Judgement {
  const logProb = task === 'classify' ? null : new Float64Array(set.count);
  const classes = model.head === null ? 0 : set.classes.length;
  const probabilities = model.head === null ? null : new Float32Array(set.count * classes);
  const noise = rng.split('noise');
  const probes = rng.split('probes');
  for (let from = 0; from < set.count; from += PIECE) {
    const to = Math.min(set.count, from + PIECE);
    const piece = takeImages(
      set,
      Array.from({ length: to - from }, (_, i) => from + i),
    );
    noGrad(() =>
      onHost(() => {
        if (logProb) {
          const x = imageBatch(piece, { noise: noise.split(from) });
          logProb.set(model.logProb(x, probes.split(from)).dataSync(), from);
        }
        if (probabilities) {
          const x = imageBatch(piece);
          probabilities.set(model.classify(x).probabilities.dataSync(), from * classes);
        }
      }),
    );
    tick?.(to);
  }
  return {
    logProb,
    bitsPerDim: logProb && bitsPerDim(logProb, set.shape, set.levels),
    probabilities,
  };
}
