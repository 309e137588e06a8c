import { addN, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { compose, type Bijector, type InverseReport } from '@iresnet/core';
import { checkParts, carryScale } from '@iresnet/core/internal';
import { reportForward, reportInverse, weaker } from './report';

/** Bijectors one after the other; see {@link chain}. */
export interface Chain extends Required<Bijector> {
  /** The bijectors, first to last. */
  readonly parts: readonly Bijector[];
}

/**
 * Fₙ ∘ ⋯ ∘ F₁: bijectors applied in the order given. Log-determinants add up, inverses run
 * backwards.
 *
 * @param bijectors - First to last, each as an argument of its own.
 * @returns A bijector. `params` are those of the parts under their index. The report of its inverse
 * carries the error bound of each part through the parts that follow it.
 * @throws IResNetError when no bijector is given, or a part is not one.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { affine, chain, invert } from '@iresnet/flows';
 *
 * chain(affine([2], [0]), affine([1], [3])).forward(tf.tensor2d([[1]])).print(); // [[5]]
 * chain(affine([2], [0]), invert(affine([2], [0]))).forward(tf.tensor2d([[1]])).print(); // [[1]]
 * ```
 */
export function chain(...bijectors: readonly Bijector[]): Chain {
  checkParts('flows.chain', bijectors, 'forwardAndLogDet');
  return {
    ...compose(bijectors),
    parts: bijectors,
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
    carryScale: (scale) =>
      tidy(() => bijectors.reduce((s, bijector) => carryScale(bijector, s), scale).clone()),
    inverseWithReport(y, yError, options) {
      const [last, ...rest] = [...bijectors].reverse();
      return carry(rest, reportInverse(last!, y, yError, options), (bijector, before) =>
        after(before, reportInverse(bijector, before.value, before.errorBound, options)),
      );
    },
    forwardWithReport(x, xError, options) {
      const [first, ...rest] = bijectors;
      return carry(rest, reportForward(first!, x, xError, options), (bijector, before) => {
        const report = reportForward(bijector, before.value, before.errorBound, options);
        return { ...report, boundKind: weaker(before.boundKind, report.boundKind) };
      });
    },
  };
}

/** The last report of a walk. Each step goes on from the value of the one before, and frees it. */
function carry<R extends { readonly value: Tensor }>(
  bijectors: readonly Bijector[],
  first: R,
  step: (bijector: Bijector, before: R) => R,
): R {
  return bijectors.reduce((before, bijector) => {
    try {
      return step(bijector, before);
    } finally {
      before.value.dispose();
    }
  }, first);
}

/**
 * The report of two inverses, one after the other, when the second was given the error bound of the
 * first.
 */
export function after(first: InverseReport, second: InverseReport): InverseReport {
  return {
    value: second.value,
    errorBound: second.errorBound,
    boundKind: weaker(first.boundKind, second.boundKind),
    solveBound: second.solveBound.map((bound, i) => Math.max(bound, first.solveBound[i]!)),
    converged: second.converged.map((ok, i) => ok && first.converged[i]!),
    evaluations: first.evaluations + second.evaluations,
  };
}
