import {
  add,
  concat,
  div,
  matMul,
  mean,
  mul,
  ones,
  relu,
  reshape,
  split,
  sqrt,
  square,
  sub,
  tidy,
  variable,
  zeros,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { compose, disposeParams, eventSize, noGrad, type Module, type Rng, type Shape } from '@iresnet/core';
import {
  checkOptions,
  checkRng,
  checkStructure,
  checkTensor,
  ensure,
  markRunning,
  readProven,
  scaleFlaws,
  type FieldsOf,
} from '@iresnet/core/internal';
import { limits } from './limits';

/** The classifier on top of a flow, as plain JSON. */
export interface ClassifierHeadConfig {
  /** K, number of classes. */
  readonly classes: number;
  /**
   * `average`: a feature is the mean of a channel over its positions; `none`: every value is a
   * feature; `bayes`: no features but the base, a mixture with a component for each class, by
   * Bayes' rule.
   */
  readonly pool: 'average' | 'none' | 'bayes';
  /**
   * How far a training batch moves the running mean and variance. Default 0.1; the official code
   * has 0.9.
   */
  readonly momentum?: number;
}

/** The rules for a {@link ClassifierHeadConfig}. */
export const headFields: FieldsOf<ClassifierHeadConfig> = {
  classes: { type: 'count', min: 2, limit: limits.classes, doc: 'Number of classes.' },
  pool: {
    type: 'choice',
    choices: ['average', 'none', 'bayes'],
    doc: "average: a feature is the mean of a channel over its positions. none: every value is a feature. bayes: the components of the base, one for each class, by Bayes' rule.",
  },
  momentum: {
    type: 'number',
    min: 0,
    max: 1,
    default: 0.1,
    doc: 'How far a training batch moves the running mean and variance.',
  },
};

/** Options of {@link ClassifierHead.logits}. */
export interface HeadOptions {
  /**
   * Normalize with the moments of the batch, and move the running moments towards them. Default
   * false.
   */
  readonly training?: boolean;
}

/** Class scores from the latents of a flow; see {@link classifierHead}. */
export interface ClassifierHead extends Module {
  /** `[B, d]` → scores `[B, K]`, not normalized. Taped. */
  logits(z: Tensor, options?: HeadOptions): Tensor;
}

/** ε of the batch normalization. */
const EPSILON = 1e-5;

/**
 * logits = W pool(relu(batchNorm(z))) + b, the classifier on the latents of a flow.
 *
 * Batch normalization is γ (z − μ)/√(σ² + 1e-5) + β per channel. In training μ and σ² are the
 * moments of the batch, over examples and positions. The running moments then move by `momentum`
 * towards the mean and the unbiased variance of the batch. Otherwise μ and σ² are the running
 * moments, so that an image is classified alike in every batch.
 *
 * @param latents - Event shape of each latent, channels last, in the order in which they lie in the
 * vector z: `[[h, w, c]]` of an image flow with one scale, `[[d]]` of a dense flow.
 * @param rng - Draws W, uniform in ±1/√features.
 * @returns The head. `params`: of each latent `0.scale`, `0.offset`, and the state `0.mean`,
 * `0.variance`; `kernel` `[features, K]`, `bias` `[K]`.
 * @throws IResNetError for a wrong configuration or without an rng; from `logits`, for z of another
 * size and for an unknown option.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { createRng } from '@iresnet/core';
 * import { classifierHead } from '@iresnet/model';
 *
 * const head = classifierHead([[4, 4, 2]], { classes: 10, pool: 'average' }, createRng(0));
 * console.log(head.logits(tf.randomNormal([3, 32])).shape); // [ 3, 10 ]
 * ```
 *
 * @see Behrmann et al., Invertible Residual Networks (arXiv 1811.00995); Ioffe and Szegedy (arXiv
 * 1502.03167).
 */
export function classifierHead(
  latents: readonly Shape[],
  config: ClassifierHeadConfig,
  rng: Rng,
): ClassifierHead {
  const where = 'model.classifierHead';
  checkStructure(where, { type: 'object', fields: headFields, doc: 'A classifier.' }, config);
  checkRng(where, rng);
  const { classes, pool, momentum = 0.1 } = config;
  ensure(pool !== 'bayes', where, () => 'expected pool average or none, got bayes: bayesHead makes that');
  const sizes = latents.map(eventSize);
  const d = sizes.reduce((sum, n) => sum + n, 0);
  const channels = (shape: Shape): number => shape[shape.length - 1]!;
  const features = latents.reduce(
    (sum, shape) => sum + (pool === 'average' ? channels(shape) : eventSize(shape)),
    0,
  );
  const limit = 1 / Math.sqrt(features);
  const norms = latents.map((shape) => batchNorm(channels(shape), momentum));
  const linear = tidy(() => ({
    kernel: variable(rng.uniform([features, classes], -limit, limit)),
    bias: variable(zeros([classes])),
  }));
  const joined = compose(norms);
  const params = { ...joined.params, ...linear };
  const feature = (part: Tensor, i: number, training: boolean): Tensor => {
    const active = relu(norms[i]!.apply(reshape(part, [-1, ...latents[i]!]), training));
    const positions = latents[i]!.slice(1).map((_, axis) => axis + 1);
    const pooled = pool === 'average' && positions.length > 0 ? mean(active, positions) : active;
    return reshape(pooled, [part.shape[0]!, -1]);
  };
  return {
    params,
    dispose: () => disposeParams(params),
    flaws: () => joined.flaws(),
    logits: (z, options = {}) =>
      tidy(() => {
        checkTensor(`${where}.logits`, 'z', z);
        checkOptions(`${where}.logits`, options, { training: true });
        const { training = false } = options;
        ensure(
          z.rank === 2 && z.shape[1] === d,
          `${where}.logits`,
          () => `expected z of shape [B,${d}], got [${z.shape}]`,
        );
        const parts = sizes.length === 1 ? [z] : split(z, sizes, 1);
        const found = parts.map((part, i) => feature(part, i, training));
        const all = found.length === 1 ? found[0]! : concat(found, 1);
        return add(matMul(all as never, linear.kernel as never), linear.bias);
      }),
  };
}

/** Batch normalization of the last axis. */
function batchNorm(channels: number, momentum: number) {
  const params = tidy(() => ({
    scale: variable(ones([channels])),
    offset: variable(zeros([channels])),
    mean: markRunning(variable(zeros([channels]), false), momentum),
    variance: markRunning(variable(ones([channels]), false), momentum),
  }));
  const normalize = (x: Tensor, center: Tensor, variance: Tensor): Tensor =>
    add(mul(sub(x, center), div(params.scale, sqrt(add(variance, EPSILON)))), params.offset);
  return {
    params,
    dispose: () => disposeParams(params),
    // γ may be 0: a head need not be invertible.
    flaws: () =>
      scaleFlaws(
        'variance',
        readProven('model.classifierHead', params.variance).map((variance) => Math.sqrt(variance + EPSILON)),
      ),
    apply(x: Tensor, training: boolean): Tensor {
      if (!training) return normalize(x, params.mean, params.variance);
      const axes = x.shape.map((_, axis) => axis).slice(0, -1);
      const count = x.size / channels;
      const center = mean(x, axes);
      const variance = mean(square(sub(x, center)), axes);
      noGrad(() =>
        tidy(() => {
          const move = (running: Tensor, batch: Tensor): Tensor =>
            add(mul(1 - momentum, running), mul(momentum, batch));
          params.mean.assign(move(params.mean, center));
          params.variance.assign(move(params.variance, mul(count / Math.max(1, count - 1), variance)));
        }),
      );
      return normalize(x, center, variance);
    },
  };
}
