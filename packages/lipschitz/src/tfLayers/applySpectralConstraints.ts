import { tidy, type Variable } from '@tensorflow/tfjs-core';
import { noGrad } from '@iresnet/core';
import { SPECTRAL_CONSTRAINT } from './spectralConstraint';
import { weightsOf, type TfLayer, type TfModel } from './structure';

/**
 * Apply the {@link spectralConstraint}s of a model of TensorFlow.js to its weights, once, now.
 *
 * TensorFlow.js 4.22 does not do it after the steps of an optimizer, so call it there: as the
 * callback `onBatchEnd` of `model.fit`, or after `optimizer.minimize`. Weights within their bound
 * stay as they are, bit for bit.
 *
 * @param model - A model with `layers`; models within it are included.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { applySpectralConstraints, spectralConstraint } from '@iresnet/lipschitz';
 *
 * const kernelConstraint = spectralConstraint({ coefficient: 0.9 });
 * const layer = tf.layers.dense({ units: 1, inputShape: [2], kernelConstraint });
 * const model = tf.sequential({ layers: [layer] });
 * model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
 * const [x, y] = [tf.ones([8, 2]), tf.fill([8, 1], 5)];
 * const callbacks = { onBatchEnd: () => applySpectralConstraints(model) };
 * await model.fit(x, y, { epochs: 3, verbose: 0, callbacks });
 * ```
 */
export function applySpectralConstraints(model: TfModel): void {
  for (const layer of model.layers) {
    applySpectralConstraint(layer);
    const { layers } = layer as TfLayer & Partial<TfModel>;
    if (layers) applySpectralConstraints({ layers });
  }
}

/** {@link applySpectralConstraints} of one layer. */
export function applySpectralConstraint(layer: TfLayer): void {
  for (const { val, constraint } of weightsOf(layer)) {
    if (constraint?.getClassName() !== SPECTRAL_CONSTRAINT) continue;
    noGrad(() => tidy(() => val.assign(constraint.apply(val) as Variable)));
  }
}
