import { softmax, type Tensor2D } from '@tensorflow/tfjs-core';
import type { Rng } from '@iresnet/core';
import type { TableModel } from '../model';
import { mapRows, type Rows } from '../rows';

/** What a model says of rows. */
export interface Judgement {
  /** ln p of each row, nats. */
  readonly logProb: Float64Array;
  /** `[n, K]`, row-major; none without a classifier. */
  readonly probabilities: Float32Array | null;
}

/**
 * Densities and class probabilities, from one forward pass over pieces of the rows.
 *
 * @param first - Number of the first row: the probes of a stochastic log-determinant go by it.
 */
export function judgeRows(
  { density, classifier }: Pick<TableModel, 'density' | 'classifier'>,
  rows: Rows,
  rng: Rng,
  first = 0,
): Judgement {
  const probes = rng.split('probes');
  const classes = classifier?.classes.length ?? 0;
  const probabilities = classifier && new Float32Array(rows.count * classes);
  const logProb = mapRows(rows, (x: Tensor2D, from) => {
    const stream = probes.split(first + from);
    if (classifier === null) return density.logProb(x, stream).dataSync() as Float32Array;
    const found = classifier.model.logProbAndLogits(x, stream);
    probabilities!.set(softmax(found.logits).dataSync(), from * classes);
    return found.logProb.dataSync() as Float32Array;
  });
  return { logProb, probabilities };
}
