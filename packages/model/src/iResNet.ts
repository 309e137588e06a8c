import type { Rng } from '@iresnet/core';
import { checkRng } from '@iresnet/core/internal';
import { logDetBias, logDetFromSpec, type LogDetSpec } from '@iresnet/logdet';
import { assemble } from './assemble';
import { bayesHead } from './bayesHead';
import { classifierHead } from './classifierHead';
import { conditionalDenseFlow } from './conditionalDenseFlow';
import { denseFlow } from './denseFlow';
import { conditionalOptions, denseOptions, imageOptions, maskedOptions } from './fromConfig';
import { maskedDenseFlow } from './maskedDenseFlow';
import type { FlowModel, LogDetBias } from './flowModel';
import { imageFlow } from './imageFlow';
import {
  checkIResNetConfig,
  type DenseIResNetConfig,
  type ImageIResNetConfig,
  type IResNetConfig,
} from './iResNetConfig';
import type { DenseIResNet, ImageIResNet, IResNet } from './network';

/**
 * The invertible residual network F = blocks x + g(x) with Lip(g) < 1: a density
 * ln p(x) = ln p_z(F(x)) + log|det ∂F/∂x|, a generator F⁻¹, and with a head a classifier
 * W pool(relu(norm(F(x)))) + b.
 *
 * With `contexts` in the flow of a network on vectors it is p(x | c): `model.at(c)` is an ordinary
 * network at contexts `[B, k]`, or `[1, k]` for all rows. With `masked` it is the joint density,
 * and `withoutStandardize(model).at(maskContext(x, asked, known))` that of some columns given
 * others.
 *
 * @param config - Plain JSON. `iResNetPreset` has some, and `parseIResNetConfig` also reads those
 * of earlier versions.
 * @param rng - Draws the start weights.
 * @returns `params`: those of the flow under `flow.`, of the head under `head.`.
 * @throws IResNetError for a wrong configuration, listing every difference; from the methods, for
 * a batch of another shape, a disposed or an int32 tensor, without an rng, or without a head
 * where one is needed.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { createRng } from '@iresnet/core';
 * import { iResNet, iResNetPreset } from '@iresnet/model';
 *
 * const rng = createRng(0);
 * const preset = iResNetPreset('digits-hybrid');
 * const scales = [{ blocks: 2, channels: 8, squeeze: true }];
 * const model = iResNet({ ...preset, flow: { ...preset.flow, scales } }, rng);
 * const x = rng.uniform([4, 8, 8, 1], -0.5, 0.5);
 * const { logProb, logits } = model.logProbAndLogits(x, rng); // [4] nats and [4, 10] scores
 * console.log(logProb.shape, logits.shape, model.reconstruct(x).maxError); // errors about 1e-7
 * console.log(model.interpolate(x, tf.reverse(x, 0), 5).value.shape); // [ 20, 8, 8, 1 ]
 * ```
 *
 * @see Behrmann et al., Invertible Residual Networks (arXiv 1811.00995).
 */
export function iResNet(config: ImageIResNetConfig, rng: Rng): ImageIResNet;
export function iResNet(config: DenseIResNetConfig, rng: Rng): DenseIResNet;
export function iResNet(config: IResNetConfig, rng: Rng): IResNet;
export function iResNet(config: IResNetConfig, rng: Rng): IResNet {
  checkIResNetConfig('model.iResNet', config);
  checkRng('model.iResNet', rng);
  const headOf = (flow: FlowModel) => {
    if (!config.head) return null;
    const { pool, classes } = config.head;
    if (pool === 'bayes') return bayesHead(flow.base, classes);
    return classifierHead(flow.latents, config.head, rng.split('head'));
  };
  if (config.kind === 'image') {
    const flow = imageFlow(imageOptions('model.iResNet', config.flow), rng);
    return assemble({ kind: 'image', config, flow, head: headOf(flow) });
  }
  const { contexts, ...rest } = config.flow;
  const flow = rest.masked
    ? maskedDenseFlow(maskedOptions('model.iResNet', rest), rng)
    : contexts === undefined
      ? denseFlow(denseOptions('model.iResNet', rest), rng)
      : conditionalDenseFlow(conditionalOptions('model.iResNet', { ...rest, contexts }), rng);
  return assemble({ kind: 'dense', config, flow, head: headOf(flow) });
}

/**
 * The same network with another estimate of log|det|, such as one whose bias does not show, to
 * judge with after training.
 *
 * Both have the same variables: training one trains the other, and disposing one disposes both.
 *
 * @param model - Of any kind.
 * @param logDet - The estimator, as a configuration names it.
 * @throws IResNetError for an unknown name or option.
 *
 * @example
 * ```ts
 * import { createRng } from '@iresnet/core';
 * import { denseFlowDefaults, iResNet, withLogDet } from '@iresnet/model';
 *
 * const rng = createRng(0);
 * const flow = { ...denseFlowDefaults(20), blocks: 2 };
 * const model = iResNet({ kind: 'dense', flow, head: null }, rng);
 * const judge = withLogDet(model, 'exact'); // without the chance of a roulette
 * judge.logProb(rng.normal([4, 20]), rng).print();
 * ```
 */
export function withLogDet<T extends IResNet>(model: T, logDet: LogDetSpec): T;
export function withLogDet(model: IResNet, logDet: LogDetSpec): IResNet {
  const bias: LogDetBias = (lipschitz, dimension) => logDetBias(logDet, lipschitz, dimension);
  const flow = model.flow.withLogDet(logDetFromSpec(logDet), bias);
  const { config, head } = model;
  return config.kind === 'image'
    ? assemble({ kind: 'image', config: { ...config, flow: { ...config.flow, logDet } }, flow, head })
    : assemble({ kind: 'dense', config: { ...config, flow: { ...config.flow, logDet } }, flow, head });
}

/**
 * The same network on rows that are standardized already, such as in float64 on the host: columns
 * with a large offset lose their digits in the float32 of a device. Its densities are those of
 * z = (x − mean)/deviation: ln p(x) = ln p(z) − Σ ln deviation.
 *
 * Both have the same variables: training one trains the other, and disposing one disposes both.
 *
 * @param model - A network on vectors.
 * @returns The network itself where it does not begin by standardizing.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { createRng } from '@iresnet/core';
 * import { denseFlowDefaults, iResNet, withoutStandardize } from '@iresnet/model';
 *
 * const rng = createRng(0);
 * const standardize = { mean: [1000, 0], deviation: [0.01, 1] };
 * const flow = { ...denseFlowDefaults(2), blocks: 2, standardize };
 * const inner = withoutStandardize(iResNet({ kind: 'dense', flow, head: null }, rng));
 * const rows = [[1000.02, 0.5], [999.99, -1]].map(([a, b]) => [(a! - 1000) / 0.01, b!]);
 * inner.logProb(tf.tensor2d(rows), rng).print();
 * ```
 */
export function withoutStandardize(model: DenseIResNet): DenseIResNet {
  const flow = model.flow.withoutStandardize();
  if (!flow) return model;
  const { config, head } = model;
  const { standardize: _, ...rest } = config.flow;
  return assemble({ kind: 'dense', config: { ...config, flow: rest }, flow, head }) as DenseIResNet;
}
