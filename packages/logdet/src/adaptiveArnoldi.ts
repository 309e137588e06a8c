import { mul, sum, tidy } from '@tensorflow/tfjs-core';
import { checkOptions, ensure } from '@iresnet/core/internal';
import { krylovEstimator } from './krylovEstimator';
import { krylovLog } from './krylovLog';
import { checkProbe, rademacher, type AdaptedProbe } from './probes';
import type { ProductEstimator } from './product';

/** Options of {@link adaptiveArnoldi}. */
export interface AdaptiveArnoldiOptions {
  /** ε, in nats per example. */
  readonly tolerance: number;
  /** Products at most; never more than d are needed. Default 20. */
  readonly maxProducts?: number;
  /** The probes. Default one Rademacher vector per example. */
  readonly probe?: AdaptedProbe;
}

/**
 * {@link arnoldi} with as many products as the worst example needs: it stops at the first m where
 * the indicator ρ = ‖u‖² β ∫₀¹ |e_mᵀ(I + tH)⁻¹e₁| dt is at most ε. β is the length of the part of
 * Av_m that is outside the basis.
 *
 * Proof that ρ bounds the error: with x(t) = ‖u‖ V(I + tH)⁻¹e₁ the residual of (I + tA)x = u is
 * tβ‖u‖ e_mᵀ(I + tH)⁻¹e₁ v_{m+1}. Hence |value − uᵀ log(I + A) u| ≤ ρ/(1 − ‖A‖₂), and ρ takes no
 * products beyond the m. Two values that agree by chance cannot stop it. ρ is 0 for an invariant
 * space. The true error is smaller, often a hundredth of ρ, so that ε = 0.1 nats is strict. The
 * bound is on the truncation error of each probe; it says nothing about the variance between
 * probes.
 *
 * It costs as much as `arnoldi`, plus 4 m² kernel calls on small matrices. It reads `[B]` numbers
 * back after each product, which suits evaluation more than training on a GPU. It does not wait for
 * an example that is NaN.
 *
 * @returns An estimator. After `maxProducts` it gives the estimate that it has by then.
 * @throws IResNetError when ε is negative or `maxProducts` is not a count.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { createRng, denseOperator } from '@iresnet/core';
 * import { adaptiveArnoldi, basis } from '@iresnet/logdet';
 *
 * const logDet = adaptiveArnoldi({ tolerance: 1e-3, probe: basis() });
 * const a = denseOperator(tf.mul(0.5, tf.eye(4))); // one product per probe is exact
 * logDet(a, [1, 4], createRng(0)).print(); // 4 ln 1.5 = 1.6219
 * ```
 *
 * @see Saad, Analysis of some Krylov subspace approximations to the matrix exponential operator
 * (1992), for the residual.
 */
export function adaptiveArnoldi(options: AdaptiveArnoldiOptions): ProductEstimator {
  const where = 'logdet.adaptiveArnoldi';
  checkOptions(where, options, { tolerance: true, maxProducts: true, probe: true });
  const { tolerance, maxProducts = 20, probe = rademacher() } = options;
  ensure(tolerance >= 0, where, () => `expected tolerance ≥ 0, got ${tolerance}`);
  ensure(
    Number.isInteger(maxProducts) && maxProducts >= 1,
    where,
    () => `expected maxProducts ≥ 1, got ${maxProducts}`,
  );
  checkProbe(where, probe);
  return krylovEstimator(where, probe, (u, product, d, weight) =>
    krylovLog(u, product, Math.min(maxProducts, d), ({ indicator }) => {
      const perExample = tidy(() => mul(sum(indicator, 0), weight));
      const values = perExample.dataSync<'float32'>();
      perExample.dispose();
      return !values.some((rho) => rho > tolerance);
    }),
  );
}
