import { tidy, variable, type Tensor } from '@tensorflow/tfjs-core';
import { noGrad, type LipschitzMap, type Rng } from '@iresnet/core';
import { ensure } from '@iresnet/core/internal';
import { convGramBound, convMatrixBound } from '@iresnet/spectral-norm';
import { convolution, pointwise } from './bilinear';
import { layeredMap, type LinearLayer } from './layers';
import { spectralWeight, type SpectralOptions } from './spectralWeight';

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
  /** `[h, w]` at which power iteration measures the norm. Default `imageSize`; 1×1 kernels have the same norm at every size. */
  readonly normSize?: readonly [number, number];
  /** Add a bias per channel. Default true. */
  readonly bias?: boolean;
  /** Draws the start weights and the start of the power iteration. */
  readonly rng: Rng;
}

/** Order of the largest matrix whose norm is bounded as a whole, a second's work. */
const SMALL = 256;

/**
 * x ↦ W̄ ∗ x + b with ‖W̄ ∗‖₂ ≤ c: a convolution with stride 1 and zero padding that keeps the image size, spectrally normalized at every
 * use.
 *
 * The norm is that of the linear map on images, found by power iteration with the convolution itself and its transpose at the true
 * image size and padding; for 1×1 kernels with the matrix.
 *
 * `params`: `kernel` `[k, k, in, out]` (raw W), `bias` `[out]`, and the power-iteration vectors `u` `[1, h, w, out]`, `v`
 * `[1, h, w, in]` (1×1: `[1, out]`, `[1, in]`), not trainable, saved with the rest. The start weights are uniform in ±1/√(in k²), as is
 * the bias. Forward, Jacobian products and all gradients are forward convolutions, so the backend needs no gradient kernel of
 * convolutions.
 *
 * @returns A map `[B, h, w, in] → [B, h, w, out]`. `lipschitzBound` is proven for W̄ as it is used: by its whole matrix for small images
 * (`convMatrixBound`), else for every image size (`convGramBound`), 2 % above the norm at 14×14 pixels; `enforceBounds` shrinks W̄ to make it at
 * most c.
 * @throws IResNetError when sizes are not positive, k is even or the coefficient is not positive, and for images of another shape.
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
 * @see Gouk et al. (arXiv 1804.04368); Behrmann et al., Invertible Residual Networks (arXiv 1811.00995).
 */
export function conv2d(options: Conv2dOptions): LipschitzMap {
  const { inputs, outputs, kernelSize, imageSize, normSize = imageSize, bias = true, rng } = options;
  const sizes = [inputs, outputs, kernelSize, ...imageSize, ...normSize];
  ensure(
    sizes.length === 7 && sizes.every((n) => Number.isInteger(n) && n > 0) && kernelSize % 2 === 1,
    'lipschitz.conv2d',
    () =>
      `expected positive sizes and an odd kernelSize, got inputs ${inputs}, outputs ${outputs}, kernelSize ${kernelSize}, ` +
      `imageSize [${imageSize}], normSize [${normSize}]`,
  );
  const limit = 1 / Math.sqrt(inputs * kernelSize ** 2);
  const kernel = rng.uniform([kernelSize, kernelSize, inputs, outputs], -limit, limit);
  const product = kernelSize === 1 ? pointwise : convolution([kernelSize, kernelSize]);
  const pixels = kernelSize === 1 ? [] : normSize;
  const weight = spectralWeight(
    kernel,
    { product, inShape: [...pixels, inputs], outShape: [...pixels, outputs] },
    rng,
    options,
  );
  const [h, w] = imageSize;
  const small = kernelSize > 1 && h * w * Math.min(inputs, outputs) <= SMALL;
  const bound = (used: Tensor): number => (small ? convMatrixBound(used, imageSize) : convGramBound(used));
  const offset = bias ? tidy(() => variable(rng.uniform([outputs], -limit, limit))) : null;
  const layer: LinearLayer = {
    kind: 'linear',
    product,
    check: (x) => checkInput(x, [...imageSize, inputs]),
    weight: () => weight.effective(),
    bias: offset,
  };
  return layeredMap([layer], {
    params: offset ? { ...weight.params, bias: offset } : weight.params,
    dispose() {
      weight.dispose();
      offset?.dispose();
    },
    lipschitzBound: () => noGrad(() => tidy(() => bound(weight.effective()))),
    enforceBounds: () => weight.enforceBound(bound),
    refresh: () => weight.refresh(),
  });
}

function checkInput(x: Tensor, shape: readonly number[]): void {
  ensure(
    x.rank === 4 && x.shape.slice(1).join() === shape.join(),
    'lipschitz.conv2d',
    () => `expected x of shape [B,${shape}], got [${x.shape}]`,
  );
}
