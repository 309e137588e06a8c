import type { Tensor } from '@tensorflow/tfjs-core';
import type { ActivationFormula } from './activations/formula';
import type { OperatorFamily } from './families/operatorFamily';

/** x ↦ A(W)x + b. */
export interface LinearLayer {
  readonly kind: 'linear';
  /** W ↦ A(W). */
  readonly family: OperatorFamily;
  /** Refuse an x of a wrong shape. */
  check(x: Tensor): void;
  /** W as it is to be used, taped. */
  weight(): Tensor;
  /** b as it is to be used, taped: one value per channel, or `[B, channels]`. */
  bias(): Tensor | null;
}

/** x ↦ σ(x), elementwise. */
export interface ElementwiseLayer {
  readonly kind: 'elementwise';
  readonly formula: ActivationFormula;
}

/** A layer in a form that a run of layers can fuse. */
export type Layer = LinearLayer | ElementwiseLayer;
