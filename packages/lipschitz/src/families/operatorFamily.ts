import type { Tensor } from '@tensorflow/tfjs-core';
import type { LinearOperator } from '@iresnet/core';

/**
 * A vector of the domain or the range of an operator with a single 1: it picks a column or a row.
 */
export interface Impulse {
  /** The length of that row or column. ‖A(θ)‖ is never below it. */
  readonly length: number;
  /** Whether it is a value of the domain, for A, or of the range, for Aᵀ. */
  readonly side: 'in' | 'out';
  /** Which of its values is 1. */
  readonly index: number;
}

/**
 * A family of linear operators A(θ), linear in θ as well: all matrices, all convolutions of an
 * image, all diagonals. Every layer's Jacobian is made of them.
 *
 * θ is a weight matrix, a kernel, or the slopes of an activation. With the products of A(θ) and
 * with `pairing`, forward passes, backward passes and their derivatives can be written out.
 */
export interface OperatorFamily {
  /** A(θ). Its products take `[B, …]` and `[S, B, …]`. The caller's tidy owns what it allocates. */
  at(theta: Tensor): LinearOperator;
  /**
   * ∂⟨u, A(θ) v⟩/∂θ, in the shape of θ: summed over everything that shares θ. It does not depend on
   * the values of θ. Not taped.
   */
  pairing(theta: Tensor, u: Tensor, v: Tensor): Tensor;
  /**
   * A(θ)v + b for a b of one value per channel, or null where that is not cheaper than two ops. Not
   * taped. The bits are those of the product and the sum.
   */
  affine?(theta: Tensor, bias: Tensor, v: Tensor): Tensor | null;
  /**
   * n: how many products one value of A(θ)v sums at most. Give it where A(|θ|)|v| bounds the sums
   * of the absolute values of these products, as it does where each entry of A(θ) is one of θ. Then
   * the rounding of A(θ)v is at most γₙ A(|θ|)|v|; without it the rounding is not known.
   */
  terms?(theta: Tensor): number;
  /**
   * A long row or column of A(θ). A weight starts its power iteration there when the last vector
   * turns out to be lost. Reads θ back.
   */
  longest?(theta: Tensor): Impulse;
}
