import * as tf from '@tensorflow/tfjs';
import {
  createRng,
  diagonalOperator,
  noGrad,
  transposeOperator,
  type DifferentiableMap,
} from '@iresnet/core';
import { describe, expect, test } from 'vitest';
import { checkLipschitz, checkMap } from '../src';
import { onEachBackend } from './backends';
import { elu, layer, linear, relu, tanh, type Activation } from './maps';

const at = () => createRng(5).normal([3, 3]);

onEachBackend(() => {
  test.each(Object.entries({ linear, tanh, relu, elu }))('a layer with %s keeps every law', (name, sigma) => {
    const map = layer(sigma);
    const x = at();
    const parameters = map.kernel.arraySync();
    const before = tf.memory().numTensors;
    checkMap(map, x, { name });
    const slopes = checkLipschitz(map, x, { name });
    expect(tf.memory().numTensors).toBe(before);
    expect(map.kernel.arraySync()).toEqual(parameters);
    // No activation is steeper than 1, and the search must find where they nearly reach it.
    expect(slopes.at(-1)!.error).toBeGreaterThan(0.7 * map.lipschitzBound());
    map.dispose();
  });
});

/** A layer whose parts are replaced. */
const changed = (
  change: (map: ReturnType<typeof layer>) => Partial<DifferentiableMap>,
): DifferentiableMap => {
  const map = layer(tanh);
  return { ...map, ...change(map) };
};
const slopeWithoutGradient: Activation = { ...tanh, slope: (z) => noGrad(() => tanh.slope(z)) };
/**
 * The right σ′ with σ″ = −2σ instead of −2σσ′: what a second pass through tanh's own gradient
 * loses.
 */
const slopeWithWrongGradient: Activation = {
  ...tanh,
  slope: (z) => {
    const right = noGrad(() => tanh.slope(z));
    const wrong = tf.mul(
      -2,
      noGrad(() => tf.tanh(z)),
    );
    const surrogate = tf.mul(wrong, z);
    return tf.add(
      right,
      tf.sub(
        surrogate,
        noGrad(() => tf.clone(surrogate)),
      ),
    );
  },
};

describe('what is wrong is found:', () => {
  const wrong: Record<string, [law: RegExp, make: () => DifferentiableMap]> = {
    'a wrong σ′': [
      /J v is the derivative/,
      () => layer({ ...tanh, slope: (z) => tf.sub(1, tf.abs(tf.tanh(z))) }),
    ],
    'a σ′ wrong by 3 %': [
      /J v is the derivative/,
      () => layer({ ...tanh, slope: (z) => tf.mul(1.03, tanh.slope(z)) }),
    ],
    'a σ′ without gradient': [/the gradient of J v with respect to x/, () => layer(slopeWithoutGradient)],
    'a wrong σ″': [/the gradient of J v with respect to x/, () => layer(slopeWithWrongGradient)],
    'a value that linearize changes': [
      /linearize\(x\)\.y = apply\(x\)/,
      (): DifferentiableMap =>
        changed((map) => ({ linearize: (x) => ({ ...map.linearize(x), y: tf.mul(1.01, map.apply(x)) }) })),
    ],
    'a mean over the batch': [
      /examples are independent/,
      () => {
        const map = changed((m) => ({
          apply: (x) => tf.sub(m.apply(x), tf.mean(m.apply(x), 0, true)),
        }));
        return { ...map, linearize: (x) => ({ ...map.linearize(x), y: map.apply(x) }) };
      },
    ],
    'a wrong transpose': [
      /Jᵀ u is the gradient/,
      () =>
        changed((map) => ({
          linearize: (x) => {
            const { y, jacobian } = map.linearize(x);
            return { y, jacobian: { ...jacobian, rmatvec: (u) => tf.mul(0.9, jacobian.rmatvec(u)) } };
          },
        })),
    ],
    'inputs and outputs exchanged': [
      /shape/i,
      () =>
        changed((map) => ({
          linearize: (x) => ({ y: map.apply(x), jacobian: transposeOperator(map.linearize(x).jacobian) }),
        })),
    ],
    'a value whose tape forgets a parameter': [
      /the gradient of apply\(x\) with respect to kernel/,
      () => {
        const kernel = tf.variable(tf.tensor1d([0.5, -0.3, 0.8]));
        // A customGrad that closes over a variable gives it no gradient.
        const apply = tf.customGrad((x) => ({
          value: tf.mul(x as tf.Tensor, kernel),
          gradFunc: (dy) => tf.mul(dy, kernel),
        }));
        return {
          params: { kernel },
          apply,
          linearize: (x) => ({ y: apply(x), jacobian: diagonalOperator(tf.mul(tf.onesLike(x), kernel)) }),
          dispose: () => kernel.dispose(),
        };
      },
    ],
  };
  test.each(Object.entries(wrong))('%s', (name, [law, make]) => {
    expect(() => checkMap(make(), at(), { name })).toThrow(law);
  });

  test('one example is too few to see whether they are independent', () => {
    expect(() => checkMap(layer(tanh), tf.ones([1, 3]))).toThrow(
      'testing.checkMap: expected x [B, ...] with B ≥ 2, got [1,3]',
    );
  });
});

describe('checkLipschitz', () => {
  test('a bound 5 % too small is refuted', () => {
    const map = layer(linear);
    const low = { ...map, lipschitzBound: () => 0.95 * map.lipschitzBound() };
    expect(() => checkLipschitz(low, at(), { name: 'low' })).toThrow(
      /expected low to keep the law "(random|steepest|adversarial)/,
    );
  });

  test('one steep direction among 64 is found although random pairs do not show it', () => {
    const slopes = tf.concat([tf.tensor1d([3]), tf.fill([63], 0.1)]);
    const map = {
      params: {},
      apply: (x: tf.Tensor) => tf.mul(x, slopes),
      linearize: (x: tf.Tensor) => ({
        y: tf.mul(x, slopes),
        jacobian: diagonalOperator(tf.mul(tf.onesLike(x), slopes)),
      }),
      dispose: () => undefined,
    };
    const x = createRng(1).normal([2, 64]);
    expect(() => checkLipschitz({ ...map, lipschitzBound: () => 2 }, x)).toThrow(/steepest direction/);
    expect(checkLipschitz({ ...map, lipschitzBound: () => 3 }, x).at(-1)!.error).toBeCloseTo(3, 3);
  });

  test('a slope that the Jacobian hides is found by adversarial pairs', () => {
    const map = layer(elu);
    const blind = {
      ...map,
      apply: (x: tf.Tensor) => tf.mul(2, map.apply(x)),
      linearize: (x: tf.Tensor) => map.linearize(x),
    };
    expect(() => checkLipschitz(blind, at())).toThrow(/pairs/);
  });

  test.each([NaN, Infinity, -1])('%s is no bound', (bound) => {
    expect(() => checkLipschitz({ ...layer(tanh), lipschitzBound: () => bound }, at())).toThrow(
      'the bound is a number ≥ 0',
    );
  });
});
