import { tensor2d, tile, type Tensor } from '@tensorflow/tfjs-core';
import { createRng, type LogDetEstimator } from '@iresnet/core';
import { arnoldi, exact, powerSeries, russianRoulette } from '@iresnet/logdet';
import type { Estimated, Method } from '../protocol';
import { DRAWS, TERMS } from '../sizes';
import { onHost } from './onHost';
import { innerModel, networkRows, rowAt, type Scene } from './scene';

/** How many batches make the draws: those of one batch of the roulette end at the same term. */
const BATCHES: Readonly<Record<Method, number>> = { series: 1, roulette: 12, arnoldi: 1 };

/** An estimator with so many products, each draw with one random vector. */
const estimators: Readonly<Record<Method, (terms: number) => LogDetEstimator>> = {
  series: (terms) => powerSeries({ truncation: terms }),
  roulette: (terms) => powerSeries({ truncation: russianRoulette({ exactTerms: terms }) }),
  arnoldi: (terms) => arnoldi({ products: terms }),
};

/**
 * ln |det| of all blocks at a point: exactly, and drawn {@link DRAWS} times with each number of
 * {@link TERMS}. Draws of a batch have vectors of their own, so that one pass makes many. Each
 * number of terms has the same vectors: what differs between them is the terms.
 */
export function estimate(
  scene: Scene,
  point: readonly [number, number],
  method: Method,
): Pick<Estimated, 'exact' | 'draws' | 'proven'> {
  const { parts, blocks } = innerModel(scene.pipeline).flow;
  const row = Array.from(networkRows(scene, rowAt(scene, point)));
  return onHost(() => {
    const batches = BATCHES[method];
    let at: Tensor = tile(tensor2d([row]), [DRAWS / batches, 1]);
    let exactly = 0;
    const sums = TERMS.map(() => new Float64Array(DRAWS));
    for (const part of parts) {
      const block = blocks.findIndex((known) => known === part);
      if (block >= 0) {
        const { jacobian } = blocks[block]!.branch.linearize(at);
        exactly += exact()(jacobian, at.shape).dataSync()[0]!;
        TERMS.forEach((terms, k) => {
          const estimator = estimators[method](terms);
          for (let batch = 0; batch < batches; batch++) {
            const values = estimator(jacobian, at.shape, createRng(1).split(block).split(batch)).dataSync();
            values.forEach((value, i) => (sums[k]![batch * values.length + i]! += value));
          }
        });
      }
      at = part.forward(at);
    }
    const draws = sums.map((each) => Array.from(each));
    return { exact: exactly, draws, proven: blocks.every((block) => block.lipschitzBound() < 1) };
  });
}
