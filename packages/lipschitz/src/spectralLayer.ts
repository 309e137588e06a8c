import { tidy, variable, type Tensor } from '@tensorflow/tfjs-core';
import { noGrad, type Rng } from '@iresnet/core';
import { checkOptions, checkRng, sizeFlaws } from '@iresnet/core/internal';
import type { OperatorFamily } from './families/operatorFamily';
import { finiteBound } from './finiteBound';
import type { LinearLayer } from './layer';
import { layeredMap, type LayeredMap } from './layers';
import { spectralOptionNames, spectralOptionsOf, type SpectralOptions } from './spectralOptions';
import { spectralWeight } from './spectralWeight';

/** Options of {@link spectralLayer}. */
export interface SpectralLayerOptions extends SpectralOptions {
  /** W ↦ A(W) as the layer applies it. */
  readonly family: OperatorFamily;
  /** W ↦ A(W) as power iteration measures its norm. Default `family`. */
  readonly normFamily?: OperatorFamily;
  /** Draws the start value of W. It is called first. */
  kernel(rng: Rng): Tensor;
  /** Draws the start value of b, one value per channel. It is called last. Default no bias. */
  bias?(rng: Rng): Tensor;
  /** A proven upper bound of ‖A(W)‖₂. */
  bound(weight: Tensor): number;
  /** Refuse an x of a wrong shape with a sentence. */
  check?(x: Tensor): void;
  /** Goes to `kernel`, then draws the start of the power iteration, then goes to `bias`. */
  readonly rng: Rng;
}

const optionNames = {
  ...spectralOptionNames,
  family: true,
  normFamily: true,
  kernel: true,
  bias: true,
  bound: true,
  check: true,
  rng: true,
} as const;

/**
 * x ↦ A(W̄)x + b with ‖A(W̄)‖₂ ≤ c, for any family of operators A: `dense` and `conv2d` are made by
 * it, and so can be a layer of your own. `sequential` fuses it with its neighbours into one node of
 * the tape.
 *
 * @returns A map with the `params` of {@link spectralWeight}, `kernel`, `u`, `v` and
 * `u2`, and `bias`.
 * `enforceBounds` shrinks W̄ until `bound` of it is at most c.
 * @throws IResNetError for an unknown option, a missing rng, or a coefficient that is not positive.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { createRng } from '@iresnet/core';
 * import { elu, sequential, spectralLayer, type OperatorFamily } from '@iresnet/lipschitz';
 *
 * // y = w ⊙ x with one w for all examples; its norm is max |w|.
 * const scalings: OperatorFamily = {
 *   at(w) {
 *     const times = (v: tf.Tensor) => tf.mul(v, w);
 *     return { inShape: w.shape, outShape: w.shape, matvec: times, rmatvec: times };
 *   },
 *   pairing: (w, u, v) => tf.sum(tf.reshape(tf.mul(u, v), [-1, ...w.shape]), 0),
 * };
 * const scaling = spectralLayer({
 *   family: scalings,
 *   kernel: (rng) => rng.normal([3]),
 *   bound: (w) => tf.max(tf.abs(w)).dataSync()[0]!,
 *   coefficient: 0.9,
 *   rng: createRng(0),
 * });
 * const g = sequential(scaling, elu());
 * console.log(g.apply(tf.ones([2, 3])).shape, g.lipschitzBound() < 0.91); // [ 2, 3 ] true
 * ```
 */
export function spectralLayer(options: SpectralLayerOptions): LayeredMap {
  const where = 'lipschitz.spectralLayer';
  checkOptions(where, options, optionNames);
  checkRng(where, options.rng);
  const { family, normFamily = family, rng } = options;
  const bound = (weight: Tensor) => options.bound(weight);
  const start = options.kernel(rng);
  const weight = disposing(start, () => spectralWeight(start, normFamily, rng, spectralOptionsOf(options)));
  const bias = options.bias ? tidy(() => variable(options.bias!(rng))) : null;
  const layer: LinearLayer = {
    kind: 'linear',
    family,
    check: (x) => options.check?.(x),
    weight: () => weight.effective(),
    bias: () => bias,
  };
  return layeredMap([layer], {
    params: bias ? { ...weight.params, bias } : weight.params,
    dispose() {
      weight.dispose();
      bias?.dispose();
    },
    lipschitzBound: () => noGrad(() => tidy(() => finiteBound(weight.effective(), bound))),
    flaws: () => (bias ? sizeFlaws({ bias }) : []),
    enforceBounds: () => weight.enforceBound(bound),
    refresh: () => weight.refresh(),
  });
}

/** Free a tensor after its use, also when that throws. */
function disposing<T>(tensor: Tensor, use: () => T): T {
  try {
    return use();
  } finally {
    tensor.dispose();
  }
}
