import { mul, serialization, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { checkOptions, checkTensor, described, ensure } from '@iresnet/core/internal';
import { convBoundAnywhere, gramBound } from '@iresnet/spectral-norm';
import { SCALE_BELOW } from '../spectralWeight';

/** Options of {@link spectralConstraint}. */
export interface SpectralConstraintOptions {
  /** c > 0: the proven norm of the kernel is at most c. Default 0.9. */
  readonly coefficient?: number;
}

/** A constraint that layers of TensorFlow.js take; see {@link spectralConstraint}. */
export interface SpectralConstraint {
  /** W with a proven norm of at most c. The caller owns it. */
  apply(w: Tensor): Tensor;
  /** The name under which TensorFlow.js saves it. */
  getClassName(): string;
  /** What makes it again. */
  getConfig(): { coefficient: number };
}

const WHERE = 'lipschitz.spectralConstraint';

/** The name of the constraint in a saved model. */
export const SPECTRAL_CONSTRAINT = 'SpectralConstraint';

/**
 * W ← W · min(1, c/bound(W)): a kernel constraint for layers of TensorFlow.js, with a proven bound
 * of the spectral norm.
 *
 * The bound is the Gram bound of the matrix of a Dense layer, and of a convolution at every image
 * size and padding for a kernel `[kh, kw, in, out]`. Afterwards the layer has a Lipschitz constant
 * of at most c, whatever its input size.
 *
 * TensorFlow.js 4.22 applies a constraint when weights are set or loaded, but neither to the start
 * weights nor after the steps of an optimizer. `fit` of `@iresnet/training` does it for a model of
 * `fromLayers`; for `model.fit` see `applySpectralConstraints`.
 *
 * A model is saved with its constraints. Before one is loaded, `spectralConstraint()` must have
 * been called once, so that TensorFlow.js knows the name.
 *
 * @param options - c.
 * @returns The constraint, for `kernelConstraint`. To apply it costs the bound: for a dense kernel
 * of 256×256 values about 0.1 s, for 3×3 taps and 32 channels 0.1 s, for 64 channels 0.6 s.
 * @throws IResNetError for an unknown option, or when c is not a finite number above 0; from
 * `apply`, for a kernel of another rank.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { spectralConstraint } from '@iresnet/lipschitz';
 *
 * const kernelConstraint = spectralConstraint({ coefficient: 0.5 });
 * const layer = tf.layers.dense({ units: 2, inputShape: [2], useBias: false, kernelConstraint });
 * const model = tf.sequential({ layers: [layer] });
 * model.setWeights([tf.tensor2d([[4, 0], [0, 1]])]);
 * model.getWeights()[0]!.print(); // [[0.5, 0], [0, 0.125]]
 * ```
 *
 * @see Miyato et al. (arXiv 1802.05957); Delattre et al. (arXiv 2305.16173).
 */
export function spectralConstraint(options: SpectralConstraintOptions = {}): SpectralConstraint {
  checkOptions(WHERE, options, { coefficient: true });
  const { coefficient = 0.9 } = options;
  ensure(
    coefficient > 0 && Number.isFinite(coefficient),
    WHERE,
    () => `expected a finite coefficient > 0, got ${described(coefficient)}`,
  );
  const constraint = new (registered())({ coefficient });
  // A layer takes the description of a constraint, and makes one of its own from it.
  return Object.assign(constraint, {
    className: SPECTRAL_CONSTRAINT,
    config: constraint.getConfig(),
  });
}

type Registered = new (config: SpectralConstraintOptions) => SpectralConstraint;

let known: Registered | null = null;

/**
 * TensorFlow.js saves and loads a constraint by the name of a class. It learns the name here, once.
 */
function registered(): Registered {
  if (known) return known;
  class Registered extends serialization.Serializable implements SpectralConstraint {
    static readonly className = SPECTRAL_CONSTRAINT;
    private readonly coefficient: number;

    constructor({ coefficient = 0.9 }: SpectralConstraintOptions) {
      super();
      this.coefficient = coefficient;
    }

    apply(w: Tensor): Tensor {
      return scaled(w, this.coefficient);
    }

    getConfig(): { coefficient: number } {
      return { coefficient: this.coefficient };
    }
  }
  serialization.registerClass(Registered);
  return (known = Registered);
}

/** W scaled down until its bound is at most c. */
function scaled(w: Tensor, c: number): Tensor {
  checkTensor(WHERE, 'w', w);
  ensure(
    w.rank === 2 || w.rank === 4,
    WHERE,
    () => `expected the kernel of a dense layer or a convolution, got shape [${w.shape}]`,
  );
  return tidy(() => {
    let weight = w.clone();
    // A training that diverged is for others to report.
    if (!w.dataSync().every(Number.isFinite)) return weight;
    for (;;) {
      const bound = weight.rank === 2 ? gramBound(weight) : convBoundAnywhere(weight);
      if (bound <= c) return weight;
      weight = mul(weight, (c / bound) * SCALE_BELOW);
    }
  });
}
