import * as tf from '@tensorflow/tfjs';
import { createRng, noGrad, type Bijector } from '@iresnet/core';
import { expect, test } from 'vitest';
import { checkBijector } from '../src';
import { onEachBackend } from './backends';

/** y = x ⊙ exp(s) + t on events [2, 2]; log-det Σ s. */
function affine(): Bijector & { scale: tf.Variable } {
  const scale = tf.tidy(() =>
    tf.variable(
      tf.tensor2d([
        [0.3, -0.5],
        [0.1, 0.8],
      ]),
    ),
  );
  const shift = tf.tidy(() =>
    tf.variable(
      tf.tensor2d([
        [1, 2],
        [-1, 0.5],
      ]),
    ),
  );
  const forward = (x: tf.Tensor) => tf.add(tf.mul(x, tf.exp(scale)), shift);
  return {
    scale,
    params: { scale, shift },
    forward,
    inverse: (y) => tf.mul(tf.sub(y, shift), tf.exp(tf.neg(scale))),
    forwardAndLogDet: (x) => ({ y: forward(x), logDet: tf.mul(tf.sum(scale), tf.ones([x.shape[0]!])) }),
    dispose: () => undefined,
  };
}

/** y = sinh(x), with log-det Σ log cosh x: a different one for each example. */
const sinh: Bijector = {
  params: {},
  forward: (x) => tf.sinh(x),
  inverse: (y) => tf.asinh(y),
  forwardAndLogDet: (x) => ({ y: tf.sinh(x), logDet: tf.sum(tf.log(tf.cosh(x)), [1, 2]) }),
  dispose: () => undefined,
};

/** x ↦ (x, x): two copies; ½ log det JᵀJ = d/2 · log 2. */
const doubled: Bijector = {
  params: {},
  forward: (x) => tf.concat([x, x], -1),
  inverse: (y) => tf.slice(y, [0, 0, 0], [-1, -1, y.shape[2]! / 2]),
  forwardAndLogDet: (x) => ({ y: tf.concat([x, x], -1), logDet: tf.fill([x.shape[0]!], 2 * Math.log(2)) }),
  dispose: () => undefined,
};

/** y = 1/(1 + e^(−x)), onto (0, 1). */
const sigmoid: Bijector = {
  params: {},
  forward: (x) => tf.sigmoid(x),
  inverse: (y) => tf.log(tf.div(y, tf.sub(1, y))),
  forwardAndLogDet: (x) => ({
    y: tf.sigmoid(x),
    logDet: tf.sum(tf.neg(tf.add(tf.softplus(x), tf.softplus(tf.neg(x)))), [1, 2]),
  }),
  dispose: () => undefined,
};

const at = () => createRng(2).uniform([3, 2, 2], -1.5, 1.5);

onEachBackend(() => {
  test.each(Object.entries({ affine, sinh: () => sinh, doubled: () => doubled, sigmoid: () => sigmoid }))(
    '%s keeps every law',
    (name, make) => {
      const [bijector, x] = [make(), at()];
      const before = tf.memory().numTensors;
      const measured = checkBijector(bijector, x, { name });
      expect(tf.memory().numTensors).toBe(before);
      const logDet = measured.find(({ law }) => law === 'log|det ∂F/∂x|')!;
      expect(logDet.error).toBeLessThan(2e-4); // float32 rounding of F over the step, for four values
    },
  );
});

const logDetBy = (change: (logDet: tf.Tensor, x: tf.Tensor) => tf.Tensor) => (): Bijector => ({
  ...sinh,
  forwardAndLogDet: (x, rng) => {
    const { y, logDet } = sinh.forwardAndLogDet(x, rng);
    return { y, logDet: change(logDet, x) };
  },
});

const wrong: Record<string, [law: RegExp, make: () => Bijector]> = {
  'a log-determinant of the wrong sign': [/"log\|det ∂F\/∂x\|"/, logDetBy((t) => tf.neg(t))],
  'a log-determinant averaged instead of summed': [/"log\|det ∂F\/∂x\|"/, logDetBy((t) => tf.div(t, 4))],
  'a log-determinant averaged over the batch': [
    /log-determinant: examples are independent/,
    logDetBy((t) => tf.mul(tf.mean(t), tf.onesLike(t))),
  ],
  'a log-determinant summed over the batch': [/shape \[B\]/, logDetBy((t) => tf.sum(t))],
  'a log-determinant that is no number': [/log-determinant is finite/, logDetBy((t) => tf.mul(NaN, t))],
  'a log-determinant without gradient': [
    /the gradient of the log-determinant with respect to x/,
    logDetBy((t, x) => noGrad(() => sinh.forwardAndLogDet(x, createRng(0)).logDet)),
  ],
  'a gradient lost for one parameter': [
    /the gradient of the log-determinant with respect to scale/,
    () => {
      const right = affine();
      return {
        ...right,
        forwardAndLogDet: (x, rng) => ({
          y: right.forward(x),
          logDet: noGrad(() => right.forwardAndLogDet(x, rng).logDet),
        }),
      };
    },
  ],
  'an inverse stopped early': [
    /inverse\(forward\(x\)\) = x/,
    () => ({ ...sinh, inverse: (y) => tf.mul(0.999, tf.asinh(y)) }),
  ],
  'an inverse that knows the batch': [
    /inverse: examples are independent|inverse\(forward/,
    () => ({ ...sinh, inverse: (y) => tf.asinh(tf.sub(y, tf.mul(1e-3, tf.mean(y)))) }),
  ],
  'another y beside the log-determinant': [
    /forwardAndLogDet\(x\)\.y = forward\(x\)/,
    () => ({ ...sinh, forwardAndLogDet: (x, rng) => ({ ...sinh.forwardAndLogDet(x, rng), y: tf.asinh(x) }) }),
  ],
  'a map onto a line': [
    /forward\(inverse\(y\)\) = y|inverse\(forward\(x\)\) = x/,
    () => ({
      ...sinh,
      forward: (x) => tf.mean(x, [1, 2], true),
      forwardAndLogDet: (x) => ({ y: tf.mean(x, [1, 2], true), logDet: tf.zeros([3]) }),
    }),
  ],
};

test.each(Object.entries(wrong))('%s is found', (name, [law, make]) => {
  expect(() => checkBijector(make(), at(), { name })).toThrow(law);
});

test('a stochastic log-determinant is held to its shape only, when told so', () => {
  const noisy: Bijector = {
    ...sinh,
    forwardAndLogDet: (x, rng) => {
      const { y, logDet } = sinh.forwardAndLogDet(x, rng);
      return { y, logDet: tf.add(logDet, rng.normal(logDet.shape)) };
    },
  };
  expect(() => checkBijector(noisy, at())).toThrow(/log/);
  checkBijector(noisy, at(), { exact: false });
});
