import * as tf from '@tensorflow/tfjs';
import { createRng, type LipschitzMap } from '@iresnet/core';
import { checkLipschitz, checkMap, checkNoLeak } from '@iresnet/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { native, startBackend } from '../../../scripts/native';
import { conditionalBranch, conditionalDense, plainBranch } from '../src';

const valuesOf = (t: tf.Tensor) => Array.from(t.dataSync());
const contexts = 2;
/** Contexts near and far, of one row, so that they serve batches of every size. */
const far = [[0, 0], [0.4, -1.3], [30, -50]]; // prettier-ignore
const tight = { rtol: 1e-7, maxSteps: 1000 };

const layer = () =>
  conditionalDense({ inputs: 3, outputs: 4, contexts, coefficient: 0.6, ...tight, rng: createRng(1) });
const branch = () =>
  conditionalBranch({
    shape: [3],
    hidden: [7, 5],
    activation: 'sin',
    coefficient: 0.9,
    contexts,
    ...tight,
    rng: createRng(2),
  });

describe.each(['cpu', ...native])('%s', (backend) => {
  beforeAll(() => startBackend(backend));

  describe.each([
    ['dense', layer],
    ['branch', branch],
  ] as const)('%s', (_, make) => {
    const x = () => createRng(11).normal([3, 3]);

    test.each(far)('the laws of a map at the context %f, %f, gradients of U among them', (a, b) => {
      const g = make();
      const f: LipschitzMap = g.at(tf.tensor2d([[a, b]]));
      expect(Object.keys(f.params)).toEqual(Object.keys(g.params));
      // The finite differences of a sine of large arguments have the rounding of its argument.
      checkMap(f, x(), { differenceRtol: a > 1 ? 0.02 : 5e-3 });
      checkLipschitz(f, x());
      g.dispose();
    });

    test('a context for each row is the one of each row, and its gradient is that of an input', () => {
      const g = make();
      const c = createRng(12).normal([3, contexts]);
      const rows = valuesOf(g.at(c).apply(x()));
      const single = [0, 1, 2].flatMap((i) =>
        valuesOf(g.at(tf.slice(c, [i, 0], [1, contexts])).apply(tf.slice(x(), [i, 0], [1, 3]))),
      );
      rows.forEach((value, i) => expect(value).toBeCloseTo(single[i]!, 5));
      const loss = (t: tf.Tensor) => tf.sum(tf.square(g.at(t).linearize(x()).y));
      const slope = valuesOf(tf.grad(loss)(c));
      const h = 2 ** -7;
      slope.forEach((value, i) => {
        const at = (step: number) =>
          loss(
            tf.tensor2d(
              valuesOf(c).map((v, j) => (i === j ? v + step : v)),
              [3, contexts],
            ),
          ).dataSync()[0]!;
        expect(value).toBeCloseTo((8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h), 2);
      });
      g.dispose();
    });

    test('the bound is the same number for every context', () => {
      const g = make();
      const bounds = far.map((c) => g.at(tf.tensor2d([c])).lipschitzBound());
      expect(new Set(bounds).size).toBe(1);
      g.params[Object.keys(g.params).find((name) => name.endsWith('context'))!]!.assign(
        tf.fill([contexts, make === layer ? 4 : 7], 1e3),
      );
      expect(g.at(tf.tensor2d([[5, 5]])).lipschitzBound()).toBe(bounds[0]);
      g.dispose();
    });

    test('the rounding has a bound, and nothing leaks', () => {
      const g = make();
      const c = createRng(13).normal([3, contexts]);
      const f: LipschitzMap = g.at(c);
      const at = x();
      const { y, rounding } = f.applyWithRounding!(at);
      expect(valuesOf(rounding).every((bound) => bound > 0 && bound < 1e-4)).toBe(true);
      if (make === layer) {
        // W̄ and the shift as they are used, and the sum in float64.
        const shift = valuesOf(f.apply(tf.zeros([3, 3])));
        const rows = [0, 1, 2].map((i) =>
          valuesOf(f.linearize(at).jacobian.matvec(tf.oneHot(tf.fill([3], i, 'int32'), 3).toFloat())),
        );
        const exact = shift.map((s, k) =>
          rows.reduce((sum, row, i) => sum + valuesOf(at)[3 * Math.floor(k / 4) + i]! * row[k]!, s),
        );
        for (let i = 0; i < 3; i++) {
          const off = exact.slice(4 * i, 4 * i + 4).map((value, k) => value - valuesOf(y)[4 * i + k]!);
          expect(Math.hypot(...off)).toBeLessThanOrEqual(valuesOf(rounding)[i]!);
        }
      }
      expect(f.onHost).toBeUndefined();
      checkNoLeak(() => f.apply(at), { tape: true });
      checkNoLeak(() => tf.tidy(() => f.linearize(at).y), { tape: true });
      checkNoLeak(() => f.lipschitzBound());
      const before = tf.memory().numTensors;
      make().dispose();
      expect(tf.memory().numTensors).toBe(before);
      g.dispose();
    });
  });

  test('its weights are those of the plain branch with the same seed', () => {
    const g = branch();
    const plain = plainBranch({
      shape: [3],
      hidden: [7, 5],
      activation: 'sin',
      coefficient: 0.9,
      ...tight,
      rng: createRng(2),
    });
    for (const [name, variable] of Object.entries(plain.params))
      expect(valuesOf(g.params[name]!)).toEqual(valuesOf(variable));
    const x = createRng(3).normal([4, 3]);
    // A context of 0 moves nothing.
    valuesOf(g.at(tf.zeros([4, contexts])).apply(x)).forEach((value, i) =>
      expect(value).toBeCloseTo(valuesOf(plain.apply(x))[i]!, 5),
    );
    g.dispose();
    plain.dispose();
  });
});

test('mistakes are named', () => {
  const g = layer();
  const x = tf.ones([3, 3]);
  expect(() => g.at(tf.ones([3, 5]))).toThrow('expected a context of shape [B,2], got [3,5]');
  expect(() => g.at(tf.ones([2, 2])).apply(x)).toThrow('expected a context for each of 3 examples, got 2');
  expect(() => g.at(tf.zeros([0, 2])).apply(x)).toThrow('expected a context for each example, got none');
  expect(() => conditionalDense({ inputs: 1, outputs: 1, contexts: 0, rng: createRng(0) })).toThrow(
    'expected contexts of k ≥ 1 values, got 0',
  );
  g.dispose();
});
