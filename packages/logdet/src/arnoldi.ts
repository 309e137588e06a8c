import { tidy, type Tensor } from '@tensorflow/tfjs-core';
import { batchDot, eventSize, noGrad } from '@iresnet/core';
import { ensure } from '@iresnet/core/internal';
import { krylovLog, type KrylovLog } from './krylovLog';
import { withGradient } from './powerSeries';
import { squareOperator, type ProductEstimator } from './product';
import { drawProbes, rademacher, type AdaptedProbe } from './probes';

/** Options of {@link arnoldi}. */
export interface ArnoldiOptions {
  /** m, products with A for the basis of each probe, 1 ≤ m ≤ d. */
  readonly products: number;
  /** The probes. Default one Rademacher vector per example. */
  readonly probe?: AdaptedProbe;
}

/**
 * log|det(I + A)| ≈ E[‖u‖² e₁ᵀ log(I + H) e₁] for ‖A‖₂ < 1, where H = VᵀAV and V is an orthonormal basis of span(u, Au, …, Aᵐ⁻¹u).
 *
 * m products give the best m-dimensional picture of A that the probe sees, rather than the first m terms of a series: for a real
 * spectrum in [−0.9, 0.9] five are about as good as twenty terms, eight as forty. From the same basis comes
 * w = ‖u‖ V (I + H)⁻¹e₁ ≈ (I + A)⁻¹u for the gradient, tr((I + A)⁻¹ dA) = E[uᵀ dA w], through the one taped product A w.
 *
 * Costs m untaped products and one taped, times the number of probes; m vectors of memory per probe while it runs and none of them
 * afterwards; and some 25 m + 33 kernel calls, none of which reads back.
 *
 * @returns An estimator. For each probe, value and gradient are biased by what m vectors do not span, not at all for m = d or once the
 * space is invariant (Au a multiple of u, low rank, nilpotent A). The variance is that of the probe. A NaN in A gives NaN in its row only.
 * @throws IResNetError when m < 1, and by the estimator when m > d.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { createRng, denseOperator } from '@iresnet/core';
 * import { arnoldi, basis } from '@iresnet/logdet';
 *
 * const logDet = arnoldi({ products: 2, probe: basis() });
 * const a = denseOperator(tf.tensor2d([[0.5, 0.1], [0, 0.2]]));
 * logDet(a, [1, 2], createRng(0)).print(); // ln 1.5 + ln 1.2 = 0.5878, exact since m = d
 * ```
 *
 * @see Ubaru, Chen and Saad, Fast estimation of tr(f(A)) via stochastic Lanczos quadrature (2017); Krämer et al., Gradients of functions
 * of large matrices (arXiv 2405.17277).
 */
export function arnoldi(options: ArnoldiOptions): ProductEstimator {
  const { products: m, probe = rademacher() } = options;
  const where = 'logdet.arnoldi';
  ensure(Number.isInteger(m) && m >= 1, where, () => `expected products ≥ 1, got ${m}`);
  return krylovEstimator(where, probe, (u, product, d) => {
    ensure(m <= d, where, () => `expected products ≤ ${d}, the size of an example, got ${m}`);
    return krylovLog(u, product, m);
  });
}

/** The estimator that applies `log` to its probes. */
export function krylovEstimator(
  where: string,
  probe: AdaptedProbe,
  log: (u: Tensor, product: (v: Tensor) => Tensor, d: number, weight: number) => KrylovLog,
): ProductEstimator {
  return (a, shape, rng) =>
    tidy(() => {
      const operator = squareOperator(where, a, shape, rng);
      const product = (v: Tensor) => operator.matvec(v);
      const { vectors, weight, value, z } = noGrad(() => {
        const set = drawProbes(where, probe, shape, rng, product);
        return { ...set, ...log(set.vectors, product, eventSize(shape.slice(1)), set.weight) };
      });
      return withGradient(value, batchDot(vectors, product(z), shape.length - 1), weight);
    });
}
