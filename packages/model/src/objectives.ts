import {
  add,
  cast,
  logSoftmax,
  mean,
  mul,
  oneHot,
  sum,
  tidy,
  type Scalar,
  type Tensor,
} from '@tensorflow/tfjs-core';
import type { Rng } from '@iresnet/core';
import { ensure } from '@iresnet/core/internal';
import type { IResNet } from './network';

/**
 * −mean ln softmax(logits)[label]: cross entropy, nats per example.
 *
 * @param logits - `[B, K]`.
 * @param labels - `[B]`, int32, from 0 to K − 1. Labels are not read back to be checked: one that
 * is out of range counts as 0 nats.
 * @returns A scalar, taped. The caller owns it.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { crossEntropy } from '@iresnet/model';
 *
 * crossEntropy(tf.zeros([2, 4]), tf.tensor1d([3, 0], 'int32')).print(); // ln 4 = 1.386
 * ```
 */
export function crossEntropy(logits: Tensor, labels: Tensor): Scalar {
  return tidy(() => {
    const [batch, classes] = logits.shape as [number, number];
    ensure(
      logits.rank === 2 && labels.rank === 1 && labels.shape[0] === batch && labels.dtype === 'int32',
      'model.crossEntropy',
      () =>
        `expected logits [B,K] and int32 labels [B], got [${logits.shape}] and ${labels.dtype} [${labels.shape}]`,
    );
    // In int32 and cast: the wasm kernel fills float32 wrongly.
    const chosen = cast(oneHot(labels, classes, 1, 0, 'int32'), 'float32');
    return mul(-1 / batch, sum(mul(chosen, logSoftmax(logits))));
  });
}

/**
 * −mean ln p(x)/d: maximum likelihood, nats per dimension of the data. Padding does not count.
 *
 * @param x - `[B, ...event]`.
 * @param rng - Feeds the probes of a stochastic log-determinant.
 * @returns A scalar, taped. The caller owns it.
 *
 * @example
 * ```ts
 * import { createRng } from '@iresnet/core';
 * import { densityLoss, denseFlowDefaults, iResNet } from '@iresnet/model';
 *
 * const rng = createRng(0);
 * const flow = { ...denseFlowDefaults(2), blocks: 2 };
 * const model = iResNet({ kind: 'dense', flow, head: null }, rng);
 * densityLoss(model, rng.normal([8, 2]), rng).print();
 * ```
 */
export function densityLoss(model: IResNet, x: Tensor, rng: Rng): Scalar {
  return tidy(() => {
    const logProb = model.logProb(x, rng); // first, since it checks x
    return mul(-x.shape[0]! / x.size, mean<Scalar>(logProb));
  });
}

/**
 * Cross entropy of a model with a head, in training, nats per example: the head normalizes with the
 * moments of the batch, and its running moments move towards them.
 *
 * @param x - `[B, ...event]`.
 * @param labels - `[B]`, int32, from 0 to K − 1.
 * @returns A scalar, taped. The caller owns it.
 * @throws IResNetError when the model has no head.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { createRng } from '@iresnet/core';
 * import { classificationLoss, denseFlowDefaults, iResNet } from '@iresnet/model';
 *
 * const rng = createRng(0);
 * const head = { classes: 2, pool: 'none' } as const;
 * const flow = { ...denseFlowDefaults(2), blocks: 2 };
 * const model = iResNet({ kind: 'dense', flow, head }, rng);
 * classificationLoss(model, rng.normal([4, 2]), tf.tensor1d([0, 1, 0, 1], 'int32')).print();
 * ```
 */
export function classificationLoss(model: IResNet, x: Tensor, labels: Tensor): Scalar {
  return tidy(() => crossEntropy(model.logits(x, { training: true }), labels));
}

/**
 * cross entropy + λ · (−mean ln p(x)/d), from one forward pass: the loss of a model that classifies
 * and estimates the density.
 *
 * @param x - `[B, ...event]`.
 * @param labels - `[B]`, int32, from 0 to K − 1.
 * @param rng - Feeds the probes of a stochastic log-determinant.
 * @param weight - λ ≥ 0 of the density in nats per dimension. With 1, a nat of the class counts
 * as much as a nat per pixel.
 * @returns A scalar, taped. The caller owns it.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { createRng } from '@iresnet/core';
 * import { denseFlowDefaults, hybridLoss, iResNet } from '@iresnet/model';
 *
 * const rng = createRng(0);
 * const head = { classes: 2, pool: 'none' } as const;
 * const flow = { ...denseFlowDefaults(2), blocks: 2 };
 * const model = iResNet({ kind: 'dense', flow, head }, rng);
 * const x = rng.normal([8, 2]);
 * const labels = tf.tensor1d([0, 1, 0, 1, 0, 1, 0, 1], 'int32');
 * hybridLoss(model, x, labels, rng, 1).print();
 * ```
 *
 * @see Behrmann et al. (arXiv 1811.00995); Nalisnick et al., Hybrid models with deep and invertible
 * features (arXiv 1902.02767).
 */
export function hybridLoss(model: IResNet, x: Tensor, labels: Tensor, rng: Rng, weight: number): Scalar {
  return tidy(() => {
    ensure(weight >= 0, 'model.hybridLoss', () => `expected a weight ≥ 0, got ${weight}`);
    const { logProb, logits } = model.logProbAndLogits(x, rng, { training: true });
    const density = mul(-weight / (x.size / x.shape[0]!), mean(logProb));
    return add(crossEntropy(logits, labels), density) as Scalar;
  });
}
