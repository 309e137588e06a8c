import { tidy, variable, type Tensor } from '@tensorflow/tfjs-core';
import { noGrad, type LipschitzMap, type Rng } from '@iresnet/core';
import { ensure } from '@iresnet/core/internal';
import { gramBound } from '@iresnet/spectral-norm';
import { matrix } from './bilinear';
import { layeredMap, type LinearLayer } from './layers';
import { spectralWeight, type SpectralOptions } from './spectralWeight';

/** Options of {@link dense}. */
export interface DenseOptions extends SpectralOptions {
  /** Values of one input. */
  readonly inputs: number;
  /** Values of one output. */
  readonly outputs: number;
  /** Add a bias. Default true. */
  readonly bias?: boolean;
  /** Draws the start weights and the start of the power iteration. */
  readonly rng: Rng;
}

/**
 * x ↦ x W̄ + b with ‖W̄‖₂ ≤ c: a dense layer whose weight is spectrally normalized at every use.
 *
 * `params`: `kernel` `[in, out]` (raw W), `bias` `[out]`, and the power-iteration vectors `u` `[1, out]`, `v` `[1, in]` (not
 * trainable, saved with the rest). The start weights are uniform in ±1/√in, as is the bias.
 *
 * @returns A map `[B, in] → [B, out]`. `lipschitzBound` is the Gram bound of W̄ as it is used, not the estimate.
 * @throws IResNetError when sizes are not positive or the coefficient is not.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { createRng } from '@iresnet/core';
 * import { dense } from '@iresnet/lipschitz';
 *
 * const layer = dense({ inputs: 2, outputs: 3, coefficient: 0.5, rng: createRng(0) });
 * layer.params['kernel']!.assign(tf.tensor2d([[5, 0, 0], [0, 1, 0]])); // any optimizer may do this
 * layer.apply(tf.tensor2d([[1, 0]])).print(); // 0.5 and the bias: normalized without being told
 * ```
 *
 * @see Miyato et al. (arXiv 1802.05957); Behrmann et al. (arXiv 1811.00995).
 */
export function dense(options: DenseOptions): LipschitzMap {
  const { inputs, outputs, bias = true, rng } = options;
  ensure(
    Number.isInteger(inputs) && inputs > 0 && Number.isInteger(outputs) && outputs > 0,
    'lipschitz.dense',
    () => `expected positive sizes, got inputs ${inputs}, outputs ${outputs}`,
  );
  const limit = 1 / Math.sqrt(inputs);
  const kernel = rng.uniform([inputs, outputs], -limit, limit);
  const weight = spectralWeight(
    kernel,
    { product: matrix, inShape: [inputs], outShape: [outputs] },
    rng,
    options,
  );
  const offset = bias ? tidy(() => variable(rng.uniform([outputs], -limit, limit))) : null;
  const layer: LinearLayer = {
    kind: 'linear',
    product: matrix,
    check: (x) => checkInput(x, inputs),
    weight: () => weight.effective(),
    bias: offset,
  };
  return layeredMap([layer], {
    params: offset ? { ...weight.params, bias: offset } : weight.params,
    dispose() {
      weight.dispose();
      offset?.dispose();
    },
    lipschitzBound: () => noGrad(() => tidy(() => gramBound(weight.effective()))),
    enforceBounds: () => weight.enforceBound((used) => gramBound(used)),
    refresh: () => weight.refresh(),
  });
}

function checkInput(x: Tensor, inputs: number): void {
  ensure(
    x.rank === 2 && x.shape[1] === inputs,
    'lipschitz.dense',
    () => `expected x of shape [B,${inputs}], got [${x.shape}]`,
  );
}
