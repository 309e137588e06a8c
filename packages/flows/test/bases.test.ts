import * as tf from '@tensorflow/tfjs';
import { createRng } from '@iresnet/core';
import { checkNoLeak } from '@iresnet/testing';
import { expect, test } from 'vitest';
import { baseFromSpec, bases, maskedMixture, mixture, studentT } from '../src';

const set = (variable: tf.Variable, values: tf.TensorLike) =>
  tf.tidy(() => variable.assign(tf.tensor(values) as tf.Variable));

/** ∫ p over a grid of midpoints. */
function integral(p: (x: number) => number, low: number, high: number, n: number): number {
  const step = (high - low) / n;
  return Array.from({ length: n }, (_, i) => p(low + (i + 0.5) * step) * step).reduce((a, b) => a + b, 0);
}

test("Student's t against closed forms: Cauchy, and ν = 2; its density integrates to one", () => {
  const z = [-30, -1, 0, 0.5, 4];
  const at = tf.tensor2d(z, [5, 1]);
  const cauchy = (x: number) => -Math.log(Math.PI * (1 + x * x));
  const two = (x: number) => -1.5 * Math.log(2 + x * x);
  for (const [freedom, truth] of [
    [1, cauchy],
    [2, two],
  ] as const) {
    // prettier-ignore
    const base = studentT([1], { freedom });
    base
      .logProb(at)
      .dataSync()
      .forEach((value, i) => expect(value).toBeCloseTo(truth(z[i]!), 5));
  }
  const base = studentT([1], { freedom: 7 });
  set(base.params['mean']!, [2]);
  set(base.params['logScale']!, [-0.5]);
  const grid = Array.from({ length: 20000 }, (_, i) => -98 + 0.01 * (i + 0.5));
  const p = base.logProb(tf.tensor2d(grid, [grid.length, 1])).dataSync<'float32'>();
  // Seven degrees leave 1e-11 beyond 100.
  expect(p.reduce((total, value) => total + 0.01 * Math.exp(value), 0)).toBeCloseTo(1, 5);
});

test("draws of Student's t have its quartiles; temperature scales them", () => {
  const base = studentT([2], { freedom: 1 });
  const draws = (base.sample(4000, createRng(1)).arraySync() as number[][]).flat();
  // P(|t| < 1) = ½ for Cauchy; 8,000 draws: a deviation of 0.0056.
  expect(Math.abs(draws.filter((t) => Math.abs(t) < 1).length / 8000 - 0.5)).toBeLessThan(0.023);
  const cold = (base.sample(10, createRng(1), 0.5).arraySync() as number[][]).flat();
  const warm = (base.sample(10, createRng(1)).arraySync() as number[][]).flat();
  cold.forEach((t, i) => expect(t).toBeCloseTo(0.5 * warm[i]!, 4));
  const at = tf.ones([2, 2]);
  checkNoLeak(() => base.logProb(at), { tape: true });
  checkNoLeak(() => base.sample(2, createRng(0)));
  base.dispose();
});

test('a mixture against float64, component by component', () => {
  const base = mixture([2], { components: 3 });
  const [weights, mean, logStd] = [[0.2, -1, 0.5], [[0, 1], [3, -2], [-4, 0.5]], [[0, 0.3], [-1, 0], [0.5, -0.2]]]; // prettier-ignore
  set(base.params['weights']!, weights);
  set(base.params['mean']!, mean);
  set(base.params['logStd']!, logStd);
  const total = Math.log(weights.reduce((sum, w) => sum + Math.exp(w), 0));
  const each = (z: number[], j: number) =>
    z.reduce(
      (sum, value, i) =>
        sum -
        0.5 * ((value - mean[j]![i]!) / Math.exp(logStd[j]![i]!)) ** 2 -
        logStd[j]![i]! -
        0.5 * Math.log(2 * Math.PI),
      weights[j]! - total,
    );
  const z = [[0, 0], [3, -2], [40, 7], [-5, 1]]; // prettier-ignore
  const joint = base.logProbOfEach(tf.tensor2d(z)).arraySync() as number[][];
  const marginal = base.logProb(tf.tensor2d(z)).dataSync();
  z.forEach((row, b) => {
    const truth = [0, 1, 2].map((j) => each(row, j));
    truth.forEach((value, j) => expect(Math.abs(joint[b]![j]! / value - 1)).toBeLessThan(1e-5));
    const top = Math.max(...truth);
    const sum = top + Math.log(truth.reduce((s, value) => s + Math.exp(value - top), 0));
    expect(Math.abs(marginal[b]! / sum - 1)).toBeLessThan(1e-5);
  });
  const at = tf.ones([2, 2]);
  checkNoLeak(() => base.logProb(at), { tape: true });
  checkNoLeak(() => base.sample(2, createRng(0)));
  base.dispose();
});

test('a mixture in one dimension integrates to one and draws each component by its weight', () => {
  const base = mixture([1], { components: 2 });
  set(base.params['weights']!, [0, Math.log(3)]);
  set(base.params['mean']!, [[-5], [5]]);
  const p = (x: number) => Math.exp(base.logProb(tf.tensor2d([[x]])).dataSync()[0]!);
  expect(integral(p, -12, 12, 480)).toBeCloseTo(1, 5);
  const draws = base.sample(2000, createRng(3)).dataSync();
  // Three quarters, with a deviation of 0.0097.
  expect(Math.abs(draws.filter((x) => x > 0).length / 2000 - 0.75)).toBeLessThan(0.04);
  expect(
    base
      .sampleFrom(0, 50, createRng(4))
      .dataSync()
      .every((x) => x < 0),
  ).toBe(true);
  expect(() => base.sampleFrom(2, 1, createRng(4))).toThrow('expected a component from 0 to 1, got 2');
  base.dispose();
});

test('a mixture of boxes against float64; it integrates to one and draws what it says', () => {
  const base = mixture([1], { components: 2, component: 'box' });
  set(base.params['weights']!, [0, Math.log(3)]);
  set(base.params['mean']!, [[-5], [5]]);
  set(base.params['logHalf']!, [[Math.log(1e-3)], [Math.log(2)]]);
  set(base.params['logScale']!, [[Math.log(0.5)], [Math.log(0.02)]]);
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
  const box = (x: number, h: number, s: number) => (sigmoid((x + h) / s) - sigmoid((x - h) / s)) / (2 * h);
  // Differences of sigmoids lose digits in float64 too: points near the components.
  for (const x of [-7, -5, -4.9, 3, 3.02, 5, 6.5, 7.1]) {
    const truth = Math.log(0.25 * box(x + 5, 1e-3, 0.5) + 0.75 * box(x - 5, 2, 0.02));
    expect(base.logProb(tf.tensor2d([[x]])).dataSync()[0]).toBeCloseTo(truth, 4);
  }
  // A thousand scales away the density is e^−10⁴, with a finite logarithm and gradient.
  expect(base.logProb(tf.tensor2d([[205]])).dataSync()[0]).toBeCloseTo(-420 + Math.log(0.25 / 0.5), 0);
  const grid = Array.from({ length: 2600 }, (_, i) => -14 + 0.01 * (i + 0.5));
  const p = base.logProb(tf.tensor2d(grid, [2600, 1])).dataSync<'float32'>();
  expect(p.reduce((total, value) => total + 0.01 * Math.exp(value), 0)).toBeCloseTo(1, 4);
  const draws = base.sample(4000, createRng(3)).dataSync();
  const share = (low: number, high: number) => draws.filter((x) => x > low && x < high).length / 4000;
  // A quarter below 0; of the boxes half between 4 and 6. Four deviations of 0.008 at most.
  expect(Math.abs(share(-99, 0) - 0.25)).toBeLessThan(0.032);
  expect(Math.abs(share(4, 6) - 0.375)).toBeLessThan(0.032);
  // A logistic distribution has half its mass within ln 3 of its scales.
  expect(Math.abs(share(-5 - 0.5 * Math.log(3), -5 + 0.5 * Math.log(3)) - 0.125)).toBeLessThan(0.032);
  const at = tf.ones([2, 1]);
  checkNoLeak(() => base.logProb(at), { tape: true });
  base.dispose();
  expect(() => mixture([1], { component: 'bx' as 'box' })).toThrow(
    "flows.mixture: expected a component of normal, box, got 'bx'",
  );
});

test('the gradients of both against differences', () => {
  const z = createRng(5).normal([6, 2]);
  for (const base of [
    mixture([2], { components: 3 }),
    mixture([2], { components: 3, component: 'box' }),
    studentT([2], { freedom: 3 }),
  ]) {
    const loss = () => tf.mean(base.logProb(z)) as tf.Scalar;
    const { grads } = tf.variableGrads(loss);
    for (const variable of Object.values(base.params)) {
      const values = variable.dataSync().slice();
      const at = (i: number, h: number) => {
        const moved = values.slice();
        moved[i]! += h;
        tf.tidy(() => variable.assign(tf.tensor(moved, variable.shape) as typeof variable));
        return loss().dataSync()[0]!;
      };
      values.forEach((_, i) => {
        const difference = (at(i, 0.01) - at(i, -0.01)) / 0.02;
        // Rounding 1e-7/0.02 and a third derivative times 1e-4/6.
        expect(Math.abs(grads[variable.name]!.dataSync()[i]! - difference)).toBeLessThan(3e-4);
      });
      tf.tidy(() => variable.assign(tf.tensor(values, variable.shape) as typeof variable));
    }
    base.dispose();
  }
});

test.each([
  ...(Object.keys(bases) as (keyof typeof bases)[]),
  { kind: 'mixture', component: 'box' } as const,
])('%s: more draws begin with those of fewer', (spec) => {
  const base = baseFromSpec(spec, [3]);
  const [few, more] = [4, 9].map((n) => Array.from(base.sample(n, createRng(6)).dataSync()));
  expect(more!.slice(0, few!.length)).toEqual(few);
  base.dispose();
});

test('a masked mixture: its closed form over the values of a mask, and draws that keep what is known', () => {
  const base = maskedMixture(2, { components: 2 });
  const [mean, std] = [[[-1, 2], [1.5, 0]], [[0.5, 1], [2, 0.7]]]; // prettier-ignore
  set(base.params['mean']!, mean);
  set(base.params['logStd']!, std.map((row) => row.map(Math.log))); // prettier-ignore
  set(base.params['weights']!, [Math.log(0.2), Math.log(0.8)]);
  // A known second value of 3 moves the first mean of the second component by 3;
  // it also makes it likelier.
  set(base.params['meanContext']!, [0, 1, 2, 3, 4, 5].map((i) => [0, 0, Number(i === 1), 0])); // prettier-ignore
  set(base.params['weightsContext']!, [0, 1, 2, 3, 4, 5].map((i) => [0, i === 1 ? 0.5 : 0])); // prettier-ignore
  const normal = (x: number, m: number, s: number) =>
    Math.exp(-0.5 * ((x - m) / s) ** 2) / (s * Math.sqrt(2 * Math.PI));
  const first = base.at(tf.tensor2d([[0, 3, 0, 1, 0, 1]]));
  const odds = 0.8 * Math.exp(1.5);
  const truth = (x: number) => Math.log((0.2 * normal(x, -1, 0.5) + odds * normal(x, 4.5, 2)) / (0.2 + odds));
  const z = [-2, 0, 3.5];
  const found = first.logProb(tf.tensor2d(z.map((x) => [x, 0]))).dataSync();
  z.forEach((x, i) => expect(found[i]).toBeCloseTo(truth(x), 5));
  const both = base.at(tf.zeros([1, 6])).logProb(tf.tensor2d([[0, 1]])).dataSync()[0]!; // prettier-ignore
  const density = 0.2 * normal(0, -1, 0.5) * normal(1, 2, 1) + 0.8 * normal(0, 1.5, 2) * normal(1, 0, 0.7);
  expect(both).toBeCloseTo(Math.log(density), 5);
  const drawn = first.sample(4000, createRng(1));
  const [ones, twos] = tf.split(drawn, 2, 1).map((t) => Array.from(t.dataSync())) as [number[], number[]];
  expect(twos.every((x) => x === 3)).toBe(true);
  const wanted = (0.2 * -1 + odds * 4.5) / (0.2 + odds);
  expect(Math.abs(ones.reduce((sum, x) => sum + x / 4000, 0) - wanted)).toBeLessThan(0.12);
  const two = tf.ones([2, 2]);
  checkNoLeak(() => first.logProb(two), { tape: true });
});
