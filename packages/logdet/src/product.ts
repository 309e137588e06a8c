import type { Tensor } from '@tensorflow/tfjs-core';
import { operatorOf, type LinearOperator, type MatVec, type Rng, type Shape } from '@iresnet/core';
import { checkRng, described, ensure } from '@iresnet/core/internal';

/** An estimate and how far chance may have moved it. */
export type EstimateWithError = {
  /** The estimate, `[B]`, nats; carries the gradient. */
  readonly logDet: Tensor;
  /** Its standard error, `[B]`, nats; a constant. */
  readonly standardError: Tensor;
};

/**
 * An estimator of log|det(I + A)| that also takes A as a bare product. Every estimator of this
 * package is one, and each is a `LogDetEstimator`.
 */
export interface ProductEstimator {
  (a: MatVec | LinearOperator, shape: Shape, rng: Rng): Tensor;
  /**
   * The estimate with its standard error, from the probes of one call; see `estimateWithError`.
   * Absent where more than the probes is random, as with a roulette.
   */
  readonly withError?: (a: MatVec | LinearOperator, shape: Shape, rng: Rng) => EstimateWithError;
}

/**
 * A as an operator, refused unless it is square and works on the events of `shape` `[B, ...event]`.
 *
 * @param rng - The stream of the estimator; null where it draws nothing.
 */
export function squareOperator(
  where: string,
  a: MatVec | LinearOperator,
  shape: Shape,
  rng: Rng | null,
): LinearOperator {
  ensure(
    Array.isArray(shape) && shape.length >= 2,
    where,
    () =>
      `expected the shape [B, ...event] of a batch, got ${Array.isArray(shape) ? `[${shape}]` : described(shape)}`,
  );
  if (rng !== null) checkRng(where, rng);
  const event = shape.slice(1);
  if (typeof a === 'function') return operatorOf(a, event);
  ensure(
    typeof (a as Partial<LinearOperator> | undefined)?.matvec === 'function',
    where,
    () => `expected A as an operator or as a function v ↦ A v, got ${described(a)}`,
  );
  ensure(
    a.inShape.join() === event.join() && a.outShape.join() === event.join(),
    where,
    () => `expected an operator [${event}] → [${event}], got [${a.inShape}] → [${a.outShape}]`,
  );
  return a;
}
