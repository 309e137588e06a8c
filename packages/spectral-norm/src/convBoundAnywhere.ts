import { checkOptions, ensure } from '@iresnet/core/internal';
import type { Tensor } from '@tensorflow/tfjs-core';
import { boundOnGrid, readKernel } from './transferMatrices';

/** Options of {@link convBoundAnywhere}. */
export interface ConvBoundAnywhereOptions {
  /**
   * t, Gram iterations at most per frequency. Default 8: with 64 channels at most a factor 1.004
   * above, in practice 1.0000.
   */
  readonly steps?: number;
  /** Frequencies per axis and half tap. Default 32: at most a factor 1.0049 above for each axis. */
  readonly samples?: number;
}

/**
 * A certified upper bound of the norm of a convolution that holds for images of every size, with
 * zero or circular padding: ‖A‖₂ ≤ supω ‖K̂(ω)‖₂ with the transfer matrices K̂(ω) = Σₖ K[k]
 * e^(−iω·k), `[in, out]`.
 *
 * On an unbounded image A is block diagonal in the frequencies ω, so that its norm is that
 * supremum. Zero padding cuts a finite image out of the unbounded one before and after, which
 * cannot raise a norm; circular padding takes some of the frequencies only. A small zero-padded
 * image has a smaller norm than the supremum: all ones on n pixels have 1 + 2cos(π/(n+1)) per axis,
 * not 3. {@link convBoundAt} is near to it.
 *
 * The supremum is bounded from samples. For unit vectors x and y, Re y*K̂(ω)x is a trigonometric
 * polynomial of degree d = (k − 1)/2 in each variable. Such a polynomial keeps cos(dδ) of its
 * maximum at a distance δ (Riesz), so that supω ‖K̂‖ ≤ maxⱼ ‖K̂(2πj/N)‖ / cos(πd/N) for each axis,
 * N = samples·d.
 *
 * ‖K̂(ω)‖ is bounded by Gram iteration, ‖K̂‖ ≤ ‖Gₜ‖_F^(1/2ᵗ⁺¹), G₀ = K̂K̂*, Gₜ₊₁ = GₜGₜ*, in
 * float64 on the host. A frequency is given up as soon as its bound is below the largest so far.
 * The result is rounded up by more than the rounding errors.
 *
 * @param kernel - K, `[kh, kw, in, out]`, read back once. Stride 1; a larger stride has a smaller
 * norm.
 * @param options - How tight the bound is.
 * @returns The bound. It costs about three complex products of order min(in, out) per frequency,
 * for about N²/2 frequencies: with 3×3 taps 0.1 s for 32 channels, 0.6 s for 64.
 * @throws IResNetError when K is not a living float32 tensor of rank 4, or an option is unknown or
 * out of range; of kind `diverged` when K holds NaN or infinity.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { convBoundAnywhere } from '@iresnet/spectral-norm';
 *
 * const blur = tf.fill([3, 3, 1, 1], 1 / 9);
 * console.log(convBoundAnywhere(blur)); // 1 / cos(π/32)² = 1.0097…: no image has more than 1
 * ```
 *
 * @see Delattre et al., Efficient Bound of Lipschitz Constant for Convolutional Layers by Gram
 * Iteration (arXiv 2305.16173); Delattre et al. for zero padding (arXiv 2402.00240).
 */
export function convBoundAnywhere(kernel: Tensor, options: ConvBoundAnywhereOptions = {}): number {
  const where = 'spectral-norm.convBoundAnywhere';
  checkOptions(where, options, { steps: true, samples: true });
  const { steps = 8, samples = 32 } = options;
  ensure(Number.isInteger(steps) && steps >= 0, where, () => `expected steps ≥ 0, got ${steps}`);
  ensure(Number.isInteger(samples) && samples >= 4, where, () => `expected samples ≥ 4, got ${samples}`);
  const taps = readKernel(where, kernel);
  const axes = [taps.height, taps.width].map((k) => ({
    size: Math.max(1, Math.ceil((samples * (k - 1)) / 2)),
    degree: (k - 1) / 2,
  }));
  return axes.reduce(
    (bound, { size, degree }) => bound / Math.cos((Math.PI * degree) / size),
    boundOnGrid(taps, [axes[0]!.size, axes[1]!.size], steps),
  );
}
