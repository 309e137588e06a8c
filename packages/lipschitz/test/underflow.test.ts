import * as tf from '@tensorflow/tfjs';
import { createRng, type LipschitzMap } from '@iresnet/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { cLipSwish, dense, denseConcat, leakyRelu, lipSwish, sin } from '../src';

// A bound must hold for what float32 computes, also where a parameter underflows or overflows.
beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** The largest ‖f(y) − f(x)‖/|y − x| between neighbours on a line of scalars. */
function largestSlope(map: LipschitzMap, xs: readonly number[]): number {
  const inputs = Float32Array.from(xs);
  const [n, outputs] = tf.tidy(() => {
    const y = map.apply(tf.tensor2d(inputs, [xs.length, 1]));
    return [y.shape[1]!, y.dataSync()];
  });
  let largest = 0;
  for (let i = 1; i < xs.length; i++) {
    let squares = 0;
    for (let j = 0; j < n; j++) squares += (outputs[i * n + j]! - outputs[(i - 1) * n + j]!) ** 2;
    largest = Math.max(largest, Math.sqrt(squares) / (inputs[i]! - inputs[i - 1]!));
  }
  return largest;
}

/** Steps of 1/16 from −64 to 64: exact in float32, so that a difference is off by some 1e-5. */
const line = Array.from({ length: 2049 }, (_, i) => (i - 1024) / 16);
/** The rounding of a value of at most 64, against a step of 1/16. */
const ROUNDING = (64 * 2 ** -22) / (1 / 16);

const raw = [-1e30, -1000, -103, -100, -95, -87, -30, -5, 0.5, 20, 100, 1e5, 1e30];

describe('b of a LipSwish', () => {
  test.each(raw)('%s', (beta) => {
    for (const map of [lipSwish({ beta }), cLipSwish({ beta })]) {
      const slope = largestSlope(map, line);
      expect(slope).toBeLessThanOrEqual(map.lipschitzBound() + ROUNDING);
      expect(slope).toBeGreaterThan(0.4); // and the function is not lost
      map.dispose();
    }
  });

  test('that is not a number has no bound', () => {
    for (const map of [lipSwish(), cLipSwish()]) {
      map.params['beta']!.assign(tf.scalar(NaN));
      expect(map.lipschitzBound()).toBe(Infinity);
      map.dispose();
    }
  });

  test('learns within the limits, and keeps its gradient there', () => {
    const map = lipSwish({ beta: -5 });
    const { grads } = tf.variableGrads(() => tf.sum(map.apply(tf.tensor2d([[2, -1]]))) as tf.Scalar);
    const [found] = Object.values(grads);
    // d/dβ Σ x σ(βx)/1.1 · dβ/db = Σ x² σ(1 − σ)/1.1 · sigmoid(b), β = ln(1 + e⁻⁵).
    const beta = Math.log1p(Math.exp(-5));
    const p = [2, -1].map((x) => [x, 1 / (1 + Math.exp(-beta * x))] as const);
    const truth = p.reduce((sum, [x, s]) => sum + (x * x * s * (1 - s)) / 1.1, 0) / (1 + Math.exp(5));
    expect(Math.abs(found!.dataSync()[0]! / truth - 1)).toBeLessThan(1e-5);
    map.dispose();
  });
});

describe('η of a concatenation', () => {
  const etas = raw.flatMap((a) => [
    [a, a],
    [a, 0],
    [0, a],
  ]);

  test.each([...etas, [-51.5, -51.5], [-52, -51]])('(%s, %s)', (a, b) => {
    const rng = createRng(1);
    for (const scale of [0.99, 3]) {
      const h = dense({ inputs: 1, outputs: 1, coefficient: Infinity, rng });
      h.params['kernel']!.assign(tf.tensor2d([[scale]]));
      const map = denseConcat(h);
      map.params['eta']!.assign(tf.tensor1d([a!, b!]));
      const slope = largestSlope(map, line);
      const bound = map.lipschitzBound();
      expect(slope).toBeLessThanOrEqual(bound * (1 + 1e-6) + scale * ROUNDING);
      expect(bound).toBeLessThan(slope * (1 + 1e-5) + scale * ROUNDING);
      map.dispose();
    }
  });

  test('that is not a number has no bound', () => {
    const map = denseConcat(dense({ inputs: 1, outputs: 1, rng: createRng(0) }));
    map.params['eta']!.assign(tf.tensor1d([NaN, 0]));
    expect(map.lipschitzBound()).toBe(Infinity);
    map.dispose();
  });
});

describe('constants of an activation', () => {
  test.each([2 ** -30, 1e-3, 1, 7, 2 ** 30])('ω = %s', (frequency) => {
    const map = sin(frequency);
    expect(largestSlope(map, line)).toBeLessThanOrEqual(map.lipschitzBound() + ROUNDING);
  });

  test.each([0, 2 ** -30, -0.5, 1.5, -3, 2 ** 30])('α = %s', (alpha) => {
    const map = leakyRelu(alpha);
    const bound = map.lipschitzBound();
    expect(largestSlope(map, line)).toBeLessThanOrEqual(bound + Math.max(1, Math.abs(alpha)) * ROUNDING);
  });

  test('beyond the range of float32 they are refused', () => {
    for (const frequency of [1e-40, 1e-12, 1e12, Infinity])
      expect(() => sin(frequency)).toThrow(/sin: expected a frequency from/);
    for (const alpha of [1e-40, 1e39, -1e12, NaN])
      expect(() => leakyRelu(alpha)).toThrow(/leakyRelu: expected an alpha of 0/);
  });
});
