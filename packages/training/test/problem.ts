import * as tf from '@tensorflow/tfjs';
import { adam, constant, type FitOptions } from '../src/index';
import { createRng } from '@iresnet/core';

/**
 * A small regression whose layer keeps state that is not trainable: a count of its uses, and a
 * vector that is refreshed, as by power iteration, unless it belongs to the kernel already, which
 * it sees from the memory of both.
 */
export interface Problem {
  readonly params: {
    readonly kernel: tf.Variable;
    readonly uses: tf.Variable;
    readonly bias: tf.Variable;
    readonly u: tf.Variable;
  };
  predict(x: tf.Tensor): tf.Tensor;
  loss(x: tf.Tensor): tf.Tensor;
  values(): number[][];
  dispose(): void;
}

export function problem(): Problem {
  const params: Problem['params'] = {
    kernel: tf.variable(tf.tensor2d([0.5, -0.5, 0.25, 1], [2, 2])),
    uses: tf.variable(tf.scalar(0), false),
    bias: tf.variable(tf.zeros([2])),
    u: tf.variable(tf.tensor2d([0.6, 0.8], [2, 1]), false),
  };
  let fresh: readonly object[] = [];
  const refresh = (): tf.Tensor => {
    // A vector that never settles: one refresh too many or too few shows.
    const turned = tf.add(params.kernel, tf.tensor2d([0, -3, 3, 0], [2, 2])) as tf.Tensor2D;
    const next = tf.matMul(turned, params.u as tf.Tensor2D);
    return tf.div(next, tf.norm(next));
  };
  const predict = (x: tf.Tensor): tf.Tensor => {
    if (params.kernel.dataId !== fresh[0] || params.u.dataId !== fresh[1]) {
      params.u.assign(tf.tidy(refresh));
      fresh = [params.kernel.dataId, params.u.dataId];
    }
    params.uses.assign(tf.tidy(() => tf.add(params.uses, 1)));
    const scaled = tf.mul(x, tf.reshape(params.u, [1, 2])) as tf.Tensor2D;
    return tf.tanh(tf.add(tf.matMul(scaled, params.kernel as tf.Tensor2D), params.bias));
  };
  return {
    params,
    predict,
    loss: (x) => tf.mean(tf.squaredDifference(predict(x), tf.sin(x))),
    values: () => Object.values(params).map((variable) => Array.from(variable.dataSync())),
    dispose: () => tf.dispose({ ...params }),
  };
}

/** Options that train it; each test changes what it is about. */
export function optionsFor(p: Problem, steps: number): FitOptions<tf.Tensor> {
  return {
    params: p.params,
    batches: (_step, rng) => rng.normal([8, 2]),
    loss: (x) => tf.tidy(() => p.loss(x)),
    steps,
    optimizer: adam(),
    schedule: constant(0.01),
    rng: createRng(5),
  };
}
