import * as tf from '@tensorflow/tfjs';
import { createRng } from '@iresnet/core';
import { negativeLogLikelihood, type Flow } from '@iresnet/flows';
import { checkBijector, checkNoLeak } from '@iresnet/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../../../scripts/native';
import { maskContext, maskedDenseFlow } from '../src';

/**
 * Steps of the training, and nats that it may miss: `IRESNET_CONDITIONAL=2000,0.01` makes it
 * longer.
 */
const [steps, tolerance] = (process.env['IRESNET_CONDITIONAL'] ?? '250,0.02').split(',').map(Number) as [
  number,
  number,
];

const valuesOf = (t: tf.Tensor) => Array.from(t.dataSync());

/** All ways to ask for some of d columns (2), to know some (1), and to miss the others (0). */
function patterns(d: number): number[][] {
  const all = Array.from({ length: 3 ** d }, (_, n) =>
    Array.from({ length: d }, (_, j) => Math.floor(n / 3 ** j) % 3),
  );
  return all.filter((states) => states.includes(2));
}
const masks = (states: readonly number[]) => ({
  asked: [states.map((s) => Number(s === 2))],
  known: [states.map((s) => Number(s === 1))],
});

/** Two correlated columns with closed forms: N(μ, Σ). */
const [mean, sd, rho] = [[0.5, -0.3], [1, 0.8], 0.75];
const normal = (x: number, m: number, s: number) =>
  -0.5 * ((x - m) / s) ** 2 - Math.log(s) - 0.5 * Math.log(2 * Math.PI);
/** ln p(xⱼ | the other), and ln p(xⱼ). */
const conditionalLog = (x: readonly number[], j: number): number => {
  const k = 1 - j;
  return normal(
    x[j]!,
    mean[j]! + (rho * sd[j]! * (x[k]! - mean[k]!)) / sd[k]!,
    sd[j]! * Math.sqrt(1 - rho ** 2),
  );
};
const marginalLog = (x: readonly number[], j: number): number => normal(x[j]!, mean[j]!, sd[j]!);
function truth(x: readonly number[], [a, b]: readonly number[]): number {
  if (a === 2 && b === 2) return marginalLog(x, 0) + conditionalLog(x, 1);
  const j = a === 2 ? 0 : 1;
  return (j === 0 ? b : a) === 1 ? conditionalLog(x, j) : marginalLog(x, j);
}
function draw(rows: number, seed: number): number[][] {
  const t = createRng(seed).normal([rows, 2]);
  const e = valuesOf(t);
  t.dispose();
  return Array.from({ length: rows }, (_, i) => [
    mean[0]! + sd[0]! * e[2 * i]!,
    mean[1]! + sd[1]! * (rho * e[2 * i]! + Math.sqrt(1 - rho ** 2) * e[2 * i + 1]!),
  ]);
}

describe('accelerated wasm', () => {
  beforeAll(() => startBackend('accelerated wasm'));

  test('the laws of a bijector for every mask, one bound for all, and known values are kept', () => {
    const rng = createRng(3);
    const density = maskedDenseFlow(
      { dimension: 2, blocks: 1, hidden: [6], mixture: { components: 2 } },
      createRng(4),
    );
    for (const [name, variable] of Object.entries(density.params))
      if (/kernel$|logScale$|shift$|Context$/.test(name))
        tf.tidy(() => variable.assign(tf.add(tf.mul(2, variable), 0.3)));
    const x = rng.normal([2, 2]);
    const bounds = new Set<number>();
    for (const states of [
      [2, 2],
      [2, 1],
      [0, 2],
    ]) {
      const { asked, known } = masks(states);
      // One row of the known values, so that it serves batches of every size.
      const at: Flow = density.at(maskContext(tf.slice(x, [0, 0], [1, 2]), asked, known));
      checkBijector(at.bijector, x, { differenceRtol: 0.03 });
      const own = valuesOf(at.encode(x));
      valuesOf(x).forEach((value, i) => {
        if (states[i % 2] !== 2) expect(own[i]).toBe(value);
      });
      const blocks = (at.bijector as unknown as { parts: { lipschitzBound?(): number }[] }).parts;
      for (const block of blocks) if (block.lipschitzBound) bounds.add(block.lipschitzBound());
      const drawn = valuesOf(at.sample(3, rng));
      drawn.forEach((value, i) => {
        if (states[i % 2] === 1) expect(value).toBeCloseTo(valuesOf(x)[i % 2]!, 6);
      });
    }
    expect(bounds.size).toBe(1);
    expect([...bounds][0]).toBeLessThan(1);
    const context = maskContext(x, [[1, 0]], [[0, 1]]);
    checkNoLeak(() => density.at(context).logProb(x, rng), { tape: true });
    density.dispose();
  });

  test(
    'one model has the joint, both marginals and both conditionals of a Gaussian',
    { timeout: 3_600_000 },
    () => {
      const rng = createRng(1);
      const density = maskedDenseFlow({ dimension: 2, blocks: 3, hidden: [24] }, rng);
      const adam = tf.train.adam(0.02, 0.9, 0.99);
      const all = patterns(2);
      for (let step = 0; step < steps; step++) {
        Object.assign(adam, { learningRate: 0.01 * (1 + Math.cos((Math.PI * step) / steps)) });
        tf.tidy(() => {
          const x = tf.tensor2d(draw(256, 100 + step));
          const states = Array.from({ length: 256 }, () => all[rng.nextInt(all.length)]!);
          const of = (state: number) => states.map((row) => row.map((s) => Number(s === state)));
          adam.minimize(() => negativeLogLikelihood(density.at(maskContext(x, of(2), of(1))), x, rng));
        });
      }
      density.enforceBounds();
      const rows = draw(4000, 2);
      const x = tf.tensor2d(rows);
      for (const states of all) {
        const { asked, known } = masks(states);
        const own = tf.tidy(() => valuesOf(density.at(maskContext(x, asked, known)).logProb(x, rng)));
        const lost = own.reduce((sum, value, i) => sum + truth(rows[i]!, states) - value, 0) / rows.length;
        console.log(`${states.join('')}: ${lost.toFixed(4)} nats below the closed form`);
        expect(Math.abs(lost)).toBeLessThan(tolerance);
      }
      // Imputed values have the conditional mean and deviation.
      const { asked, known } = masks([2, 1]);
      const drawn = tf.tidy(() =>
        valuesOf(
          tf.slice(
            density.at(maskContext(tf.tensor2d([[0, 0.5]]), asked, known)).sample(4000, rng),
            [0, 0],
            [-1, 1],
          ),
        ),
      );
      const average = drawn.reduce((sum, value) => sum + value, 0) / drawn.length;
      expect(Math.abs(average - (mean[0]! + (rho * sd[0]! * (0.5 - mean[1]!)) / sd[1]!))).toBeLessThan(0.08);
      density.dispose();
    },
  );

  test('mistakes are named', () => {
    expect(() => maskContext(tf.ones([3, 2]), [[1, 0, 0]], [[0, 1]])).toThrow(
      'expected asked of shape [3,2] or [1,2], got [1,3]',
    );
    expect(() => maskedDenseFlow({ dimension: 0 }, createRng(0))).toThrow('expected dimension ≥ 1, got 0');
  });
});
