import type { Tensor } from '@tensorflow/tfjs-core';
import type { Rng } from '@iresnet/core';
import { checkOptions, checkRng, checkTensor, ensure } from '@iresnet/core/internal';
import { gramBound } from '@iresnet/spectral-norm';
import { matrixFamily } from './families/matrixFamily';
import type { LayeredMap } from './layers';
import { spectralLayer } from './spectralLayer';
import { spectralOptionNames, spectralOptionsOf, type SpectralOptions } from './spectralOptions';

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
 * `params`: `kernel` `[in, out]` (raw W), `bias` `[out]`, and the power-iteration vectors `u`
 * `[1, out]`, `v` `[1, in]`, `u2` `[1, out]`, which are not trainable and saved with the rest. The
 * start weights are uniform in ±1/√in, and so is the bias.
 *
 * @returns A map `[B, in] → [B, out]`. `lipschitzBound` is the Gram bound of W̄ as it is used, not
 * the estimate; `enforceBounds` shrinks W̄ to make it at most c.
 * @throws IResNetError for an unknown option, a missing rng, sizes that are not positive integers,
 * or a coefficient that is not positive.
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
export function dense(options: DenseOptions): LayeredMap {
  const where = 'lipschitz.dense';
  checkOptions(where, options, {
    ...spectralOptionNames,
    inputs: true,
    outputs: true,
    bias: true,
    rng: true,
  });
  const { inputs, outputs, bias = true, rng } = options;
  ensure(
    Number.isInteger(inputs) && inputs > 0 && Number.isInteger(outputs) && outputs > 0,
    where,
    () => `expected positive sizes, got inputs ${inputs}, outputs ${outputs}`,
  );
  checkRng(where, rng);
  const limit = 1 / Math.sqrt(inputs);
  return spectralLayer({
    ...spectralOptionsOf(options),
    family: matrixFamily,
    kernel: () => rng.uniform([inputs, outputs], -limit, limit),
    ...(bias && { bias: () => rng.uniform([outputs], -limit, limit) }),
    bound: (weight) => gramBound(weight),
    check: (x) => checkInput(x, inputs),
    rng,
  });
}

function checkInput(x: Tensor, inputs: number): void {
  const where = 'lipschitz.dense';
  checkTensor(where, 'x', x);
  ensure(
    x.rank === 2 && x.shape[1] === inputs,
    where,
    () => `expected x of shape [B,${inputs}], got [${x.shape}]`,
  );
}
