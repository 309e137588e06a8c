import { matMul, mul, reshape, sum, transpose, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';

/**
 * A(θ)v, linear in θ and in v: what every layer's Jacobian is made of. θ is a weight matrix, a convolution kernel, or the slopes of
 * an activation. Three products say everything that forward, backward and their derivatives need.
 *
 * None of them is taped by itself; v and u are `[B, …]` or `[S, B, …]`.
 */
export interface Bilinear {
  /** A(θ) v. */
  matvec(theta: Tensor, v: Tensor): Tensor;
  /** A(θ)ᵀ u. */
  rmatvec(theta: Tensor, u: Tensor): Tensor;
  /** ∂⟨u, A(θ) v⟩/∂θ, summed over everything that shares θ; in the shape of θ. `rank` is the rank of θ. */
  pairing(u: Tensor, v: Tensor, rank: number): Tensor;
}

/** v ↦ v K for row vectors, θ = K `[in, out]`. */
export const matrix: Bilinear = {
  matvec: (kernel, v) => onRows(v, kernel),
  rmatvec: (kernel, u) => onRows(u, transpose(kernel)),
  pairing: (u, v) => matMul(rows(v), rows(u), true, false),
};

/** v ↦ s ⊙ v, θ = s `[B, …]`. */
export const diagonal: Bilinear = {
  matvec: (slope, v) => mul(v, slope),
  rmatvec: (slope, u) => mul(u, slope),
  // The S probes of an example share its slopes.
  pairing: (u, v, rank) => (u.rank > rank ? sum(mul(u, v), 0) : mul(u, v)),
};

function rows(x: Tensor): Tensor2D {
  return (x.rank === 2 ? x : reshape(x, [-1, x.shape[x.rank - 1]!])) as Tensor2D;
}

function onRows(x: Tensor, kernel: Tensor): Tensor {
  const y = matMul(rows(x), kernel as Tensor2D);
  return x.rank === 2 ? y : reshape(y, [...x.shape.slice(0, -1), kernel.shape[1]!]);
}
