import * as tf from '@tensorflow/tfjs';
import { createRng, type Rng } from '@iresnet/core';
import { negativeLogLikelihood } from '@iresnet/flows';
import { checkBijector, checkNoLeak } from '@iresnet/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../../../scripts/native';
import {
  certify,
  conditionalDenseFlow,
  denseFlowDefaults,
  iResNet,
  withLogDet,
  withoutStandardize,
} from '../src';

/**
 * Steps of a training, and nats that it may miss: `IRESNET_CONDITIONAL=2000,0.004` makes it longer.
 */
const [steps, tolerance] = (process.env['IRESNET_CONDITIONAL'] ?? '150,0.02').split(',').map(Number) as [
  number,
  number,
];

const valuesOf = (t: tf.Tensor) => Array.from(t.dataSync());

/** x given c with a density in closed form, and draws from it. */
interface Truth {
  readonly dimension: number;
  readonly contexts: number;
  draw(rng: Rng, rows: number): { x: number[][]; c: number[][] };
  logProb(x: readonly number[], c: readonly number[]): number;
}

const normal = (z: number) => -0.5 * z * z - 0.5 * Math.log(2 * Math.PI);
const draws = (rng: Rng, n: number): number[] => {
  const t = rng.normal([n]);
  const values = valuesOf(t);
  t.dispose();
  return values;
};

/** x = A c + b + L ε: a regression with correlated noise. */
const linear: Truth = {
  dimension: 2,
  contexts: 2,
  draw(rng, rows) {
    const [cs, es] = [draws(rng.split('c'), 2 * rows), draws(rng.split('e'), 2 * rows)];
    const c = Array.from({ length: rows }, (_, i) => [cs[2 * i]!, cs[2 * i + 1]!]);
    const x = c.map(([p, q], i) => {
      const [e, f] = [es[2 * i]!, es[2 * i + 1]!];
      return [0.8 * p! - 0.5 * q! + 0.3 + 0.5 * e, 0.6 * q! - 0.2 + 0.4 * e + 0.3 * f];
    });
    return { x, c };
  },
  logProb([x, y], [p, q]) {
    const e = (x! - (0.8 * p! - 0.5 * q! + 0.3)) / 0.5;
    const f = (y! - (0.6 * q! - 0.2) - 0.4 * e) / 0.3;
    return normal(e) + normal(f) - Math.log(0.5 * 0.3);
  },
};

const share = (c: number) => 1 / (1 + Math.exp(-2 * c));
/** Two modes whose weights depend on c, and a deviation that does too. */
const mixture: Truth = {
  dimension: 1,
  contexts: 1,
  draw(rng, rows) {
    const [cs, es] = [draws(rng.split('c'), rows), draws(rng.split('e'), rows)];
    const which = rng.split('which');
    const c = cs.map((v) => [v]);
    const x = cs.map((v, i) => [(which.next() < share(v) ? 1 : -1) + 0.5 * Math.exp(0.2 * v) * es[i]!]);
    return { x, c };
  },
  logProb([x], [c]) {
    const s = 0.5 * Math.exp(0.2 * c!);
    const of = (m: number) => Math.exp(normal((x! - m) / s)) / s;
    return Math.log(share(c!) * of(1) + (1 - share(c!)) * of(-1));
  },
};

describe('accelerated wasm', () => {
  beforeAll(() => startBackend('accelerated wasm'));

  test.each([
    ['linear', linear],
    ['mixture', mixture],
  ] as const)(
    'a %s density given c is learned to 0.02 nats of the closed form',
    { timeout: 3_600_000 },
    (_, { dimension, contexts, draw, logProb }) => {
      const rng = createRng(1);
      const density = conditionalDenseFlow({ dimension, contexts, blocks: 3, hidden: [24] }, rng);
      const adam = tf.train.adam(0.02, 0.9, 0.99);
      /** The rate falls as a cosine. */
      const optimizerAt = (share: number): tf.AdamOptimizer =>
        Object.assign(adam, { learningRate: 0.01 * (1 + Math.cos(Math.PI * share)) });
      for (let step = 0; step < steps; step++) {
        const { x, c } = draw(rng.split(step), 256);
        const optimizer = optimizerAt(step / steps);
        tf.tidy(() => {
          const [xs, cs] = [tf.tensor2d(x), tf.tensor2d(c)];
          optimizer.minimize(() => negativeLogLikelihood(density.at(cs), xs, rng));
        });
      }
      density.enforceBounds();
      const { x, c } = draw(createRng(2), 2000);
      const own = tf.tidy(() => valuesOf(density.at(tf.tensor2d(c)).logProb(tf.tensor2d(x), rng)));
      const lost = own.reduce((sum, value, i) => sum + logProb(x[i]!, c[i]!) - value, 0) / own.length;
      console.log(`${dimension} columns: ${lost.toFixed(4)} nats below the closed form`);
      expect(lost).toBeLessThan(tolerance);
      const certificate = certify(density);
      expect(certificate.invertible).toBe(true);
      expect(certify(density.at(tf.tensor2d([c[0]!])))).toEqual(certificate);
    },
  );

  test('the laws of a bijector at several contexts, the same parts at each, and batches without one refused', () => {
    const rng = createRng(3);
    const make = () =>
      conditionalDenseFlow({ dimension: 2, contexts: 2, blocks: 1, hidden: [6] }, createRng(4));
    const density = make();
    density.at(rng.normal([8, 2])).encode(rng.normal([8, 2])); // starts ActNorm
    // Raise the weights to their bounds.
    for (const [name, variable] of Object.entries(density.params))
      if (name.endsWith('kernel')) tf.tidy(() => variable.assign(tf.mul(3, variable)));
    const x = rng.normal([3, 2]);
    for (const c of [
      [0, 0],
      [1, -2],
      [20, 5],
    ]) {
      // prettier-ignore
      const at = density.at(tf.tensor2d([c]));
      expect(Object.keys(at.params)).toEqual(Object.keys(density.params));
      checkBijector(at.bijector, x, { differenceRtol: 0.03 });
    }
    const c = rng.normal([3, 2]);
    checkNoLeak(() => density.at(c).logProb(x, rng), { tape: true });
    checkNoLeak(() => density.at(c).sample(3, rng));
    expect(() => density.logProb(x, rng)).toThrow('expected a context for each example, got none');
    expect(() => density.at(c).sample(2, rng)).toThrow('expected a context for each of 2 examples, got 3');
    const before = tf.memory().numTensors;
    make().dispose();
    expect(tf.memory().numTensors).toBe(before);
    density.dispose();
  });

  test('as plain JSON: the network at a context, with the views that judge it', () => {
    const rng = createRng(5);
    const standardize = { mean: [10, 20], deviation: [2, 3] };
    const flow = { ...denseFlowDefaults(2), contexts: 3, blocks: 2, hidden: [8], standardize };
    const model = iResNet({ kind: 'dense', flow, head: null }, rng);
    const [x, c] = [tf.add(rng.normal([4, 2]), 15), rng.normal([4, 3])];
    const own = valuesOf(model.at!(c).logProb(x, rng));
    const inner = withoutStandardize(withLogDet(model, 'exact')).at!(c);
    const z = tf.div(tf.sub(x, standardize.mean), standardize.deviation);
    valuesOf(inner.logProb(z, rng)).forEach((value, i) =>
      expect(value - Math.log(6)).toBeCloseTo(own[i]!, 4),
    );
    const { maxError, errorBound, boundKind } = model.at!(c).reconstruct(x);
    expect(boundKind).toBe('proven');
    maxError.forEach((error, i) => expect(error).toBeLessThan(errorBound[i]!));
    expect(model.at!(c).certify()).toEqual(model.certify());
    expect(() => model.logProb(x, rng)).toThrow('expected a context for each example, got none');
    expect(() => iResNet({ kind: 'dense', flow: { ...flow, branch: 'iDenseNet' }, head: null }, rng)).toThrow(
      'expected the branch plain for a flow with contexts, got iDenseNet',
    );
    model.dispose();
  });
});
