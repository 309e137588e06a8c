import type { Tensor } from '@tensorflow/tfjs-core';
import type { LinearOperator } from '@iresnet/core';

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
   * n: how many products one value of A(θ)v sums at most. Give it where A(|θ|)|v| bounds the sums of
   * the absolute values of these products, as it does where each entry of A(θ) is one of θ. Then the
   * rounding of A(θ)v is at most γₙ A(|θ|)|v|; without it the rounding is not known.
   */
  terms?(theta: Tensor): number;
}
