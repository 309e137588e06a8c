import * as tf from '@tensorflow/tfjs';
import { basisVectors, eventSize, noGrad, type LogDetEstimator, type Shape } from '@iresnet/core';
import { expect, test } from 'vitest';
import { checkEstimator } from '../src';
import { onEachBackend } from './backends';

/** Σₖ (−1)ᵏ⁺¹ tr(Aᵏ)/k by the probes given, differentiated term by term. */
const series =
  (
    terms: number,
    probes: (shape: Shape, rng: Parameters<LogDetEstimator>[2]) => tf.Tensor[],
  ): LogDetEstimator =>
  (a, shape, rng) =>
    tf.tidy(() => {
      const [batch = 1, ...event] = shape;
      let total: tf.Tensor = tf.zeros([batch]);
      for (const u of probes(shape, rng)) {
        let v = u;
        for (let k = 1; k <= terms; k++) {
          v = a.matvec(v);
          const term = tf.sum(tf.reshape(tf.mul(u, v), [batch, eventSize(event)]), 1);
          total = tf.add(total, tf.mul((k % 2 === 1 ? 1 : -1) / k, term));
        }
      }
      return total;
    });
const basis = (shape: Shape) => tf.unstack(basisVectors(shape[0]!, shape.slice(1)));
const exact = series(50, basis);

onEachBackend(() => {
  test('fifty terms over the basis are exact to five digits', () => {
    const before = tf.memory().numTensors;
    // 0.8⁵¹/51/(1 − 0.8) · 4 = 4.5e-6 nats; its gradient 0.8⁵⁰/(1 − 0.8) = 7e-5.
    const measured = checkEstimator(exact, { rtol: 2e-4 });
    expect(tf.memory().numTensors).toBe(before);
    expect(measured.filter(({ law }) => law.startsWith('the value for')).length).toBe(8);
  });
});

const wrong: Record<string, [law: RegExp, estimator: LogDetEstimator]> = {
  'a short series': [/the value for a matrix that is/, series(5, basis)],
  'the wrong sign': [
    /the gradient through an operator that is zero/,
    (a, shape, rng) => tf.tidy(() => tf.neg(exact(a, shape, rng))),
  ],
  'the sum over the batch': [/shape \[B\]/, (a, shape, rng) => tf.tidy(() => tf.sum(exact(a, shape, rng)))],
  'the mean of the batch': [
    /the value for/,
    (a, shape, rng) => tf.tidy(() => tf.mul(tf.mean(exact(a, shape, rng)), tf.ones([shape[0]!]))),
  ],
  'a gradient twice too large': [
    /the gradient through an operator/,
    (a, shape, rng) =>
      tf.tidy(() => {
        const value = exact(a, shape, rng);
        return tf.sub(
          tf.mul(2, value),
          noGrad(() => tf.clone(value)),
        );
      }),
  ],
  'vectors only': [
    /events of rank 3/,
    (a, shape, rng) => tf.tidy(() => (shape.length > 2 ? tf.zeros([shape[0]!]) : exact(a, shape, rng))),
  ],
  'a stream of its own': [
    /equal streams give equal results/,
    (() => {
      let calls = 0;
      return (a, shape, rng) => tf.tidy(() => tf.add(exact(a, shape, rng), 0.01 * calls++));
    })(),
  ],
  'a tensor left behind': [
    /only the result is left alive/,
    (a, shape, rng) => {
      tf.keep(tf.zeros([1]));
      return exact(a, shape, rng);
    },
  ],
};

test.each(Object.entries(wrong))('%s is found', (name, [law, estimator]) => {
  expect(() => checkEstimator(estimator, { name, rtol: 2e-4 })).toThrow(law);
});

test('an estimator by random probes keeps all other laws', () => {
  const hutchinson = series(10, (shape, rng) => [rng.rademacher(shape)]);
  expect(() => checkEstimator(hutchinson)).toThrow(/the (value|gradient)/);
  checkEstimator(hutchinson, { exact: false });
});

test('the norm of the matrices must allow a series', () => {
  expect(() => checkEstimator(exact, { spectralNorm: 1 })).toThrow(
    'testing.checkEstimator: expected spectralNorm in (0, 1), got 1',
  );
});
