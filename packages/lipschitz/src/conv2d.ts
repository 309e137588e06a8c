import type { Tensor } from '@tensorflow/tfjs-core';
import type { LipschitzMap, Rng } from '@iresnet/core';
import { checkOptions, checkRng, checkTensor, ensure } from '@iresnet/core/internal';
import { convolutionBound } from './convolutionBound';
import { convolutionFamily } from './families/convolutionFamily';
import { pixelFamily } from './families/pixelFamily';
import { spectralLayer } from './spectralLayer';
import { spectralOptionNames, spectralOptionsOf, type SpectralOptions } from './spectralOptions';

/** Options of {@link conv2d}. */
export interface Conv2dOptions extends SpectralOptions {
  /** Channels of the input. */
  readonly inputs: number;
  /** Channels of the output. */
  readonly outputs: number;
  /** k, odd: the kernel has k×k taps. */
  readonly kernelSize: number;
  /** `[h, w]` of the images: the norm of a convolution depends on it. */
  readonly imageSize: readonly [number, number];
  /**
   * `[h, w]` at which power iteration measures the norm. Default `imageSize`. 1×1 kernels have the
   * same norm at every size.
   */
  readonly normSize?: readonly [number, number];
  /** Add a bias per channel. Default true. */
  readonly bias?: boolean;
  /** Draws the start weights and the start of the power iteration. */
  readonly rng: Rng;
}

/**
 * x ↦ W̄ ∗ x + b with ‖W̄ ∗‖₂ ≤ c: a convolution with stride 1 and zero padding that keeps the
 * image size, spectrally normalized at every use.
 *
 * The norm is that of the linear map on images. Power iteration finds it with the convolution
 * itself and its transpose, at the true image size and padding; for 1×1 kernels with the matrix.
 *
 * `params`: `kernel` `[k, k, in, out]` (raw W), `bias` `[out]`, and the power-iteration vectors `u`
 * `[1, h, w, out]`, `v` `[1, h, w, in]` (1×1: `[1, out]`, `[1, in]`) and `u2` like u, which are not
 * trainable and saved with the rest. The start weights are uniform in ±1/√(in k²), and so is the
 * bias. Forward, Jacobian products and all gradients are forward convolutions, so the backend needs
 * no gradient kernel of convolutions.
 *
 * @returns A map `[B, h, w, in] → [B, h, w, out]`. `lipschitzBound` is proven for W̄ as it is used:
 * by its whole matrix for small images (`convBoundAt`), else for every image size
 * (`convBoundAnywhere`), 2 % above the norm at 14×14 pixels. `enforceBounds` shrinks W̄ to make it
 * at most c.
 * @throws IResNetError for an unknown option, a missing rng, sizes that are not positive integers,
 * an even k, or a coefficient that is not positive; and for images of another shape.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { createRng } from '@iresnet/core';
 * import { conv2d, elu, sequential } from '@iresnet/lipschitz';
 *
 * const rng = createRng(0);
 * const imageSize = [8, 8] as const;
 * const g = sequential(
 *   conv2d({ inputs: 3, outputs: 16, kernelSize: 3, imageSize, rng }),
 *   elu(),
 *   conv2d({ inputs: 16, outputs: 16, kernelSize: 1, imageSize, rng }),
 *   elu(),
 *   conv2d({ inputs: 16, outputs: 3, kernelSize: 3, imageSize, rng }),
 * );
 * const { y, jacobian } = g.linearize(rng.normal([2, 8, 8, 3]));
 * console.log(y.shape, jacobian.rmatvec(y).shape); // [ 2, 8, 8, 3 ] [ 2, 8, 8, 3 ]
 * ```
 *
 * @see Gouk et al. (arXiv 1804.04368); Behrmann et al., Invertible Residual Networks (arXiv
 * 1811.00995).
 */
export function conv2d(options: Conv2dOptions): LipschitzMap {
  const where = 'lipschitz.conv2d';
  checkOptions(where, options, {
    ...spectralOptionNames,
    inputs: true,
    outputs: true,
    kernelSize: true,
    imageSize: true,
    normSize: true,
    bias: true,
    rng: true,
  });
  const { inputs, outputs, kernelSize, imageSize, normSize = imageSize, bias = true, rng } = options;
  const sizes = [inputs, outputs, kernelSize, ...listed(imageSize), ...listed(normSize)];
  ensure(
    sizes.length === 7 && sizes.every((n) => Number.isInteger(n) && n > 0) && kernelSize % 2 === 1,
    where,
    () =>
      `expected positive sizes and an odd kernelSize, got inputs ${inputs}, outputs ${outputs}, ` +
      `kernelSize ${kernelSize}, imageSize [${imageSize}], normSize [${normSize}]`,
  );
  checkRng(where, rng);
  const limit = 1 / Math.sqrt(inputs * kernelSize ** 2);
  return spectralLayer({
    ...spectralOptionsOf(options),
    family: convolutionFamily(imageSize),
    normFamily: kernelSize === 1 ? pixelFamily : convolutionFamily(normSize),
    kernel: () => rng.uniform([kernelSize, kernelSize, inputs, outputs], -limit, limit),
    ...(bias && { bias: () => rng.uniform([outputs], -limit, limit) }),
    bound: (weight) => convolutionBound(weight, imageSize),
    check: (x) => checkInput(x, [...imageSize, inputs]),
    rng,
  });
}

/** An image size, or nothing where the caller gave none. */
function listed(size: readonly number[] | undefined): readonly number[] {
  return Array.isArray(size) ? size : [];
}

function checkInput(x: Tensor, shape: readonly number[]): void {
  const where = 'lipschitz.conv2d';
  checkTensor(where, 'x', x);
  ensure(
    x.rank === 4 && x.shape.slice(1).join() === shape.join(),
    where,
    () => `expected x of shape [B,${shape}], got [${x.shape}]`,
  );
}
