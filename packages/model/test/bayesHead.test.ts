import * as tf from '@tensorflow/tfjs';
import { createRng } from '@iresnet/core';
import { diagonalNormal, mixture } from '@iresnet/flows';
import { expect, test } from 'vitest';
import { bayesHead, iResNetPreset, parseIResNetConfig } from '../src';

/** ln πⱼ + Σ ln N(zᵢ; μⱼᵢ, σⱼᵢ) in float64. */
function byHand(base: ReturnType<typeof mixture>, z: Float64Array, d: number): number[][] {
  const [weights, mean, logStd] = ['weights', 'mean', 'logStd'].map((name) =>
    Float64Array.from(base.params[name]!.dataSync()),
  ) as [Float64Array, Float64Array, Float64Array];
  const total = Math.log(weights.reduce((sum, w) => sum + Math.exp(w), 0));
  return Array.from({ length: z.length / d }, (_, b) =>
    Array.from(weights, (w, j) => {
      let logits = w - total;
      for (let i = 0; i < d; i++) {
        const u = (z[b * d + i]! - mean[j * d + i]!) / Math.exp(logStd[j * d + i]!);
        logits -= 0.5 * u * u + logStd[j * d + i]! + 0.5 * Math.log(2 * Math.PI);
      }
      return logits;
    }),
  );
}

test('scores are the log-densities of the components, by hand, and their sum is that of the base', () => {
  const [d, classes] = [5, 3];
  const rng = createRng(3);
  const base = mixture([d], { components: classes, seed: 4 });
  for (const name of ['weights', 'logStd'])
    tf.tidy(() => base.params[name]!.assign(rng.normal(base.params[name]!.shape)));
  const z = rng.normal([4, d]);
  const truth = byHand(base, Float64Array.from(z.dataSync()), d);
  const head = bayesHead(base, classes);
  const found = head.logits(z, { training: true }).arraySync() as number[][];
  // Float32: sums of some ten terms of order ten.
  found.forEach((row, b) => row.forEach((v, j) => expect(Math.abs(v - truth[b]![j]!)).toBeLessThan(2e-5)));
  const whole = base.logProb(z).dataSync();
  truth.forEach((row, b) =>
    expect(Math.abs(Math.log(row.reduce((sum, v) => sum + Math.exp(v), 0)) - whole[b]!)).toBeLessThan(2e-5),
  );
  expect(head.params).toEqual({});
});

test('a base that has no component for each class is refused, also in a configuration', () => {
  const what = 'model.bayesHead: expected a mixture of 3 components, one for each class, got another base';
  expect(() => bayesHead(diagonalNormal([2]), 3)).toThrow(what);
  expect(() => bayesHead(mixture([2], { components: 4 }), 3)).toThrow(what);
  const { flow } = iResNetPreset('digits-hybrid');
  const config = (base: unknown) => ({ kind: 'image', flow: { ...flow, base }, head: { classes: 10, pool: 'bayes' } }); // prettier-ignore
  parseIResNetConfig(config({ kind: 'mixture', components: 10 }));
  for (const [base, got] of [
    ['diagonalNormal', 'got diagonalNormal'],
    ['mixture', 'got mixture with 8'],
    [{ kind: 'mixture', components: 9 }, 'got mixture with 9'],
  ] as const)
    expect(() => parseIResNetConfig(config(base))).toThrow(
      `expected the base mixture with 10 components for a head by Bayes' rule, ${got}`,
    );
});
