/**
 * The invertible residual network: a density that also draws, on vectors and on images, with or
 * without a classifier.
 *
 * {@link denseFlow} is a density on vectors. Its parts are values, so a browser loads only those
 * in use.
 *
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import '@iresnet/core/gradients';
 * import { createRng } from '@iresnet/core';
 * import { negativeLogLikelihood } from '@iresnet/flows';
 * import { denseFlow } from '@iresnet/model';
 *
 * const rng = createRng(1);
 * const density = denseFlow({ dimension: 2, blocks: 2, hidden: [16] }, rng);
 * const x = rng.normal([16, 2]);
 * // Any optimizer: the weights stay normalized by themselves.
 * tf.train.adam(0.01).minimize(() => negativeLogLikelihood(density, x, rng));
 * density.sample(5, rng).print();
 * console.log(density.blocks.map((block) => block.lipschitzBound())); // each below 1: invertible
 * ```
 *
 * {@link imageFlow} is the same on images, with convolutions, squeezes and one or several scales.
 * {@link certify} says what is proven of a model.
 *
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { createRng } from '@iresnet/core';
 * import { certify, imageFlow } from '@iresnet/model';
 *
 * const rng = createRng(1);
 * const scales = [{ blocks: 2, channels: 8, squeeze: true }];
 * const density = imageFlow({ shape: [8, 8, 1], scales }, rng);
 * const x = rng.uniform([4, 8, 8, 1], -0.5, 0.5); // images as (byte + u)/256 − ½
 * density.bitsPerDim(density.logProb(x, rng)).print();
 * density.enforceBounds(); // after training: now every bound is proven
 * console.log(certify(density)); // Lipschitz bounds, steps of the inverse, bias of log|det|
 * ```
 *
 * {@link iResNet} makes either of them from plain JSON, with or without a classifier on the
 * latents: one network that classifies, estimates the density and generates.
 * {@link iResNetPreset} has configurations, those of the paper among them.
 *
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import '@iresnet/core/gradients';
 * import { createRng } from '@iresnet/core';
 * import { digitImages, imageBatch, labelBatch, takeImages, toImages } from '@iresnet/datasets';
 * import { hybridLoss, iResNet, iResNetPreset } from '@iresnet/model';
 *
 * const rng = createRng(1);
 * const { flow, head } = iResNetPreset('digits-hybrid');
 * const scales = [{ blocks: 2, channels: 8, squeeze: true }];
 * const model = iResNet({ kind: 'image', flow: { ...flow, scales }, head }, rng);
 * const set = takeImages(digitImages(), [3, 1, 4, 15]);
 * const x = imageBatch(set, { noise: rng }); // in [−½, ½), as the model takes it
 * const labels = labelBatch(set);
 * // Cross entropy and nats per dimension, from one forward pass.
 * tf.train.adam(0.01).minimize(() => hybridLoss(model, x, labels, rng, 1));
 * model.classify(imageBatch(set)).labels.print(); // without noise: the middle of each level
 * const { images } = toImages(model.sample(4, rng), { levels: set.levels }); // pixels again
 * console.log(images.length, model.reconstruct(x).maxError);
 * console.log(model.interpolate(x, tf.reverse(x, 0), 5).value.shape);
 * ```
 *
 * Images of L levels k go in as x = (k + u)/L − ½, in [−½, ½]: `imageBatch` of
 * `@iresnet/datasets` makes them of an `ImageSet`, and `toImages` is the way back. A model
 * refuses bytes. It cannot tell values in [0, 1] from images of another scaling, and gives wrong
 * densities for them.
 *
 * {@link parseIResNetConfig} checks a configuration that a person wrote, and reads those of
 * earlier versions. A name in it, such as that of an estimator, a solver or an activation, is a
 * row of a table in the package where the thing lives. `@iresnet/model/official` takes over the
 * weights of the official PyTorch code.
 *
 * @packageDocumentation
 */
export { denseFlow, type DenseFlowOptions } from './denseFlow';
export { conditionalDenseFlow, type ConditionalDenseFlowOptions } from './conditionalDenseFlow';
export { maskContext, maskedDenseFlow, type Mask, type MaskedDenseFlowOptions } from './maskedDenseFlow';
export { imageFlow, type ImageFlowOptions } from './imageFlow';
export type { BranchPlace, FlowOptions } from './flowOptions';
export type { FlowModel, LogDetBias } from './flowModel';
export { denseFlowDefaults, type DenseFlowConfig } from './denseFlowConfig';
export type { ImageFlowConfig, ScaleConfig } from './imageFlowConfig';
export type { FlowConfig } from './flowConfig';
export { iResNet, withLogDet, withoutStandardize } from './iResNet';
export type { Classification, DenseIResNet, ImageIResNet, IResNet, Reconstruction } from './network';
export {
  iResNetJsonSchema,
  parseIResNetConfig,
  type DenseIResNetConfig,
  type ImageIResNetConfig,
  type IResNetConfig,
} from './iResNetConfig';
export { upgradeIResNetConfig } from './upgrade';
export { iResNetPreset, iResNetPresetNames, type IResNetPresetName } from './presets';
export { adaptPreset, type AdaptPresetOptions } from './adaptPreset';
export { bayesHead, isMixture } from './bayesHead';
export {
  classifierHead,
  type ClassifierHead,
  type ClassifierHeadConfig,
  type HeadOptions,
} from './classifierHead';
export { classificationLoss, crossEntropy, densityLoss, hybridLoss } from './objectives';
export { bitsPerDim } from './bitsPerDim';
export {
  certify,
  type BlockCertificate,
  type CertifiableModel,
  type Certificate,
  type CertificateScope,
  type LayerCertificate,
} from './certify';
export { layerNorms, type LayerNorm } from './layerNorms';
