import type { Tensor } from '@tensorflow/tfjs-core';

/**
 * σ and its first two derivatives, elementwise. They run untaped; a later member may use what an
 * earlier one computed.
 */
export interface ActivationFormula {
  /** σ(x). */
  value(x: Tensor): Tensor;
  /** σ′(x), with y = σ(x). */
  slope(x: Tensor, y: Tensor): Tensor;
  /** σ″(x), with y = σ(x) and s = σ′(x). Leave it out when σ″ = 0 almost everywhere. */
  curvature?(x: Tensor, y: Tensor, s: Tensor): Tensor;
  /**
   * σ in float64. With it the error of `value` on the current device can be measured, and inverses
   * through this activation are proven; without, their error bounds are estimates.
   */
  exact?(x: number): number;
  /**
   * sup |σ″|, exact or rounded up. With it and `exact` the errors of inverses can be bounded near a
   * point. Leave it out where the slope jumps.
   */
  readonly smoothness?: number;
  /** sup |σ′|, exact or rounded up. */
  readonly lipschitz: number;
}
