import { addN, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { expect, indexedParams } from '@iresnet/core';
import type { ReportingBijector } from './bijector';

/**
 * Fₙ ∘ ⋯ ∘ F₁: bijectors applied in the order given; log-determinants add up, inverses run backwards.
 *
 * `params` are those of the parts under their index. The inverse's report carries each part's error bound through the parts that
 * follow it.
 *
 * @throws IResNetError when no bijector is given.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { affine, chain } from '@iresnet/flows';
 *
 * chain(affine([2], [0]), affine([1], [3])).forward(tf.tensor2d([[1]])).print(); // [[5]]
 * ```
 */
export function chain(...bijectors: readonly ReportingBijector[]): ReportingBijector {
  expect(bijectors.length > 0, 'flows.chain', () => 'expected at least one bijector, got none');
  return {
    params: indexedParams(bijectors),
    dispose: () => {
      for (const bijector of bijectors) bijector.dispose();
    },
    forward: (x) => tidy(() => bijectors.reduce((h, bijector) => bijector.forward(h), x)),
    inverse: (y) => tidy(() => bijectors.reduceRight((h, bijector) => bijector.inverse(h), y)),
    forwardAndLogDet: (x, rng) =>
      tidy(() => {
        let y: Tensor = x;
        const logDets = bijectors.map((bijector, i) => {
          const step = bijector.forwardAndLogDet(y, rng.split(i));
          y = step.y;
          return step.logDet;
        });
        return { y, logDet: addN(logDets) };
      }),
    inverseWithReport(y, yError) {
      let report = {
        x: y,
        errorBound: yError ?? new Float64Array(y.shape[0]!),
        solveBound: new Float64Array(y.shape[0]!),
        converged: new Array<boolean>(y.shape[0]!).fill(true),
        evaluations: 0,
      };
      for (const bijector of [...bijectors].reverse()) {
        const before = report;
        try {
          const step = bijector.inverseWithReport(before.x, before.errorBound);
          report = {
            x: step.x,
            errorBound: step.errorBound,
            solveBound: step.solveBound.map((bound, i) => Math.max(bound, before.solveBound[i]!)),
            converged: step.converged.map((ok, i) => ok && before.converged[i]!),
            evaluations: before.evaluations + step.evaluations,
          };
        } finally {
          if (before.x !== y) before.x.dispose();
        }
      }
      return report;
    },
  };
}
