import { checkOptions, ensure } from '@iresnet/core/internal';
import { krylovEstimator } from './krylovEstimator';
import { krylovLog } from './krylovLog';
import { checkProbe, rademacher, type AdaptedProbe } from './probes';
import type { ProductEstimator } from './product';

/** Options of {@link arnoldi}. */
export interface ArnoldiOptions {
  /** m ≥ 1, products with A for the basis of each probe. No more than d are made. */
  readonly products: number;
  /** The probes. Default one Rademacher vector per example. */
  readonly probe?: AdaptedProbe;
}

/**
 * log|det(I + A)| ≈ E[‖u‖² e₁ᵀ log(I + H) e₁] for ‖A‖₂ < 1, where H = VᵀAV and V is an orthonormal
 * basis of span(u, Au, …, Aᵐ⁻¹u).
 *
 * m products give the best m-dimensional picture of A that the probe sees, rather than the first m
 * terms of a series. For a real spectrum in [−0.9, 0.9] five products are about as good as twenty
 * terms, eight as forty. The same basis gives w = ‖u‖ V (I + H)⁻¹e₁ ≈ (I + A)⁻¹u for the gradient,
 * tr((I + A)⁻¹ dA) = E[uᵀ dA w], through the one taped product A w.
 *
 * It costs m untaped products and one taped, times the number of probes; m vectors of memory per
 * probe while it runs, and none of them afterwards; and some 25 m + 33 kernel calls, none of which
 * reads back.
 *
 * @returns An estimator. Value and gradient of each probe are biased by what m vectors do not span,
 * at most {@link krylovBias}. They are exact for m ≥ d, which costs d products, and once the space
 * is invariant (Au a multiple of u, low rank, nilpotent A). The variance is that of the probe. A
 * NaN in A gives NaN in its row only. Nothing checks ‖A‖₂ < 1; the value means nothing otherwise.
 * @throws IResNetError when m < 1.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { createRng, denseOperator } from '@iresnet/core';
 * import { arnoldi, basis } from '@iresnet/logdet';
 *
 * const logDet = arnoldi({ products: 2, probe: basis() });
 * const a = denseOperator(tf.tensor2d([[0.5, 0.1], [0, 0.2]]));
 * logDet(a, [1, 2], createRng(0)).print(); // ln 1.5 + ln 1.2 = 0.5878, exact since m = d
 * ```
 *
 * @see Ubaru, Chen and Saad, Fast estimation of tr(f(A)) via stochastic Lanczos quadrature (2017);
 * Krämer et al., Gradients of functions of large matrices (arXiv 2405.17277).
 */
export function arnoldi(options: ArnoldiOptions): ProductEstimator {
  const where = 'logdet.arnoldi';
  checkOptions(where, options, { products: true, probe: true });
  const { products: m, probe = rademacher() } = options;
  ensure(Number.isInteger(m) && m >= 1, where, () => `expected products ≥ 1, got ${m}`);
  checkProbe(where, probe);
  return krylovEstimator(where, probe, (u, product, d) => krylovLog(u, product, Math.min(m, d)));
}
