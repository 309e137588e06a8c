import * as tf from '@tensorflow/tfjs';
import {
  composeOperators,
  createRng,
  denseOperator,
  diagonalOperator,
  disposeParams,
  type LipschitzMap,
} from '@iresnet/core';
import { singularValues } from '../src';

/** σ and σ′ as ops whose own gradients are σ′ and σ″. */
export interface Activation {
  value(z: tf.Tensor): tf.Tensor;
  slope(z: tf.Tensor): tf.Tensor;
}

export const tanh: Activation = { value: (z) => tf.tanh(z), slope: (z) => tf.sub(1, tf.square(tf.tanh(z))) };
export const linear: Activation = { value: (z) => z, slope: (z) => tf.onesLike(z) };
export const relu: Activation = { value: (z) => tf.relu(z), slope: (z) => tf.step(z) };
/** ELU′(z) = exp(min(z, 0)) = 1 − relu(−elu(z)). */
export const elu: Activation = {
  value: (z) => tf.elu(z),
  slope: (z) => tf.sub(1, tf.relu(tf.neg(tf.elu(z)))),
};

/** The layer σ(x K + b), K `[inputs, outputs]` from a seed. */
export function layer(sigma: Activation, inputs = 3, outputs = 4): LipschitzMap & { kernel: tf.Variable } {
  const kernel = tf.tidy(() => tf.variable(tf.mul(0.5, createRng(3).normal([inputs, outputs]))));
  const bias = tf.tidy(() => tf.variable(tf.mul(0.2, createRng(4).normal([outputs]))));
  const params = { kernel, bias };
  const before = (x: tf.Tensor) => tf.add(tf.matMul(x as tf.Tensor2D, kernel as tf.Tensor2D), bias);
  return {
    kernel,
    params,
    apply: (x) => sigma.value(before(x)),
    linearize: (x) => {
      const z = before(x);
      return {
        y: sigma.value(z),
        jacobian: composeOperators(denseOperator(kernel), diagonalOperator(sigma.slope(z))),
      };
    },
    lipschitzBound: () => singularValues(kernel.arraySync() as number[][])[0]!,
    dispose: () => disposeParams(params),
  };
}
