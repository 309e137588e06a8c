import * as tf from '@tensorflow/tfjs';
import { createRng, trainableParams } from '@iresnet/core';
import { specKind } from '@iresnet/core/internal';
import { cRelu, dense } from '@iresnet/lipschitz';
import { exact } from '@iresnet/logdet';
import { checkBijector, checkNoLeak } from '@iresnet/testing';
import { describe, expect, test } from 'vitest';
import { denseFlow, denseFlowDefaults, iResNet, type DenseFlowConfig, type FlowModel } from '../src';
import { denseOf, instances, jumpy, limitOf } from './table';

const valuesOf = (t: tf.Tensor) => Array.from(t.dataSync());

/** n points of a model's dimension, in the units of its columns. */
function points({ dimension, standardize }: DenseFlowConfig, n: number, seed = 3): tf.Tensor {
  return tf.tidy(() => {
    const x = createRng(seed).normal([n, dimension]);
    return standardize ? tf.add(tf.mul(x, [...standardize.deviation]), [...standardize.mean]) : x;
  });
}

/** Every parameter of `to` becomes a copy of that of `from`, as loading a file does. */
function load(to: FlowModel, from: FlowModel): void {
  tf.tidy(() => {
    for (const [name, variable] of Object.entries(to.params)) {
      const { shape } = from.params[name]!;
      variable.assign(tf.tensor(from.params[name]!.dataSync().slice(), shape) as tf.Variable);
    }
  });
}

/** Two interleaved half circles with a little noise, from a seed. */
function moons(n: number, seed: number): tf.Tensor {
  const rng = createRng(seed);
  const rows = Array.from({ length: n }, (_, i) => {
    const angle = Math.PI * rng.next();
    const noise = [0, 0].map(() => 0.1 * (rng.next() + rng.next() - 1));
    return i % 2 === 0
      ? [Math.cos(angle) + noise[0]!, Math.sin(angle) + noise[1]!]
      : [1 - Math.cos(angle) + noise[0]!, 0.5 - Math.sin(angle) + noise[1]!];
  });
  return tf.tensor2d(rows);
}

const negativeLogLikelihood = (model: FlowModel, x: tf.Tensor, seed = 0): tf.Scalar =>
  tf.neg(tf.mean(model.logProb(x, createRng(seed)))) as tf.Scalar;

/** Every law of the package, on the current backend. */
export function laws(): void {
  describe.each(instances)('$name', ({ config }) => {
    test('the same configuration and seed give the same parameters; the configuration is plain JSON', () => {
      const [a, b] = [config, JSON.parse(JSON.stringify(config)) as typeof config].map((c) =>
        denseOf(c, createRng(1)),
      ) as [FlowModel, FlowModel];
      expect(Object.keys(a.params)).toEqual(Object.keys(b.params));
      for (const [name, variable] of Object.entries(a.params)) {
        expect(b.params[name]!.arraySync()).toEqual(variable.arraySync());
      }
      const other = denseOf(config, createRng(2));
      const kernel = Object.keys(a.params).find((name) => name.endsWith('kernel'))!;
      expect(other.params[kernel]!.arraySync()).not.toEqual(a.params[kernel]!.arraySync());
      for (const model of [a, b, other]) model.dispose();
    });

    test('parameters loaded into another model give the same log-density, bit for bit', () => {
      const model = denseOf(config, createRng(1));
      const x = points(config, 6);
      model.logProb(x, createRng(0));
      const optimizer = tf.train.adam(0.05);
      for (let step = 0; step < 2; step++) {
        optimizer.minimize(() => negativeLogLikelihood(model, x));
      }
      const expected = valuesOf(model.logProb(x, createRng(5)));
      const copy = denseOf(config, createRng(99));
      load(copy, model);
      expect(valuesOf(copy.logProb(x, createRng(5)))).toEqual(expected);
      // Using the copy moves nothing that is saved.
      for (const [name, variable] of Object.entries(copy.params)) {
        expect(variable.arraySync()).toEqual(model.params[name]!.arraySync());
      }
      optimizer.dispose();
      model.dispose();
      copy.dispose();
    });

    test('every block is proven invertible, also with weights far above their bounds', () => {
      const model = denseOf(config, createRng(1));
      const layers = config.hidden.length + 1;
      // The power iteration may leave up to a percent a layer, projection nothing.
      const limit = limitOf(config, layers);
      for (const factor of [1, 20]) {
        for (const [name, variable] of Object.entries(model.params)) {
          if (name.endsWith('kernel')) tf.tidy(() => variable.assign(tf.mul(factor, variable)));
        }
        for (const block of model.blocks) expect(block.lipschitzBound()).toBeLessThan(limit * 1.01 ** layers);
      }
      model.enforceBounds();
      for (const block of model.blocks) {
        expect(block.lipschitzBound()).toBeLessThan(1);
        expect(block.lipschitzBound()).toBeLessThanOrEqual(limit * (1 + 1e-6));
        expect(block.lipschitzBound()).toBeGreaterThan(0.97 * limit); // and not more than that is given away
      }
      model.dispose();
    });

    test('decodes what it encodes within the reported bound', () => {
      const model = denseOf(config, createRng(1));
      const x = points(config, 6);
      const z = model.encode(x);
      const { value: back, errorBound, converged } = model.decode(z);
      expect(converged.every(Boolean)).toBe(true);
      const size = config.dimension;
      const [a, b] = [valuesOf(back), valuesOf(x)];
      errorBound.forEach((bound, i) => {
        const row = b.slice(i * size, (i + 1) * size);
        const error = Math.hypot(...row.map((v, k) => v - a[i * size + k]!));
        // Float32 rounding of z relative to the units of x, magnified by at most 1/(1 − L) of
        // each block.
        expect(error).toBeLessThan(bound + 1e-5 * (1 + Math.hypot(...row)));
      });
      expect(model.sample(4, createRng(0)).shape).toEqual([4, size]);
      model.dispose();
    });

    test('no leak, also under a tape', () => {
      const before = tf.memory().numTensors;
      const model = denseOf(config, createRng(1));
      expect(tf.memory().numTensors - before).toBe(Object.keys(model.params).length);
      const x = points(config, 3);
      tf.dispose(model.logProb(x, createRng(0)));
      checkNoLeak(() => model.logProb(x, createRng(0)), { tape: true });
      checkNoLeak(() => model.sample(2, createRng(0)));
      x.dispose();
      model.dispose();
      expect(tf.memory().numTensors).toBe(before);
    });
  });

  test.each(instances.filter(({ config }) => specKind(config.logDet) === 'exact' && config.dimension <= 5))(
    '$name: the laws of a bijector',
    ({ config }) => {
      const model = denseOf(config, createRng(1));
      // Below their bounds: of a weight at its bound the norm is followed to 1e-3 only, and
      // difference quotients would measure that. Gradients at the bound are held to finite
      // differences in lipschitz and flows, at a tolerance of 1e-7.
      for (const [name, variable] of Object.entries(model.params)) {
        if (name.endsWith('kernel')) tf.tidy(() => variable.assign(tf.mul(0.3, variable)));
      }
      // Steps in the units of the columns.
      const unit = Math.max(1, ...(config.standardize?.deviation ?? []));
      // The log-determinant jumps where a piecewise linear activation switches: within ±2⁻⁷ of
      // this batch one pair of maxMin does (error 0.2), within ±2⁻⁸ and closer nothing (1e-4).
      const jumps = jumpy.includes(specKind(config.activation));
      checkBijector(model.bijector, points(config, 3), { step: unit * 2 ** (jumps ? -9 : -7) });
      model.dispose();
    },
  );

  test('training lowers the loss on two moons, held-out points included, and stays invertible', () => {
    const model = denseOf({ ...denseFlowDefaults(2), blocks: 3, hidden: [16] }, createRng(1));
    const [train, held] = [moons(128, 1), moons(128, 2)];
    const loss = (x: tf.Tensor) => negativeLogLikelihood(model, x).dataSync()[0]!;
    const start = [loss(train), loss(held)];
    const optimizer = tf.train.adam(0.02);
    const before = tf.memory().numTensors;
    let alive = 0;
    for (let step = 0; step < 40; step++) {
      optimizer.minimize(() => negativeLogLikelihood(model, train));
      if (step === 0) alive = tf.memory().numTensors; // Adam's moments
    }
    expect(tf.memory().numTensors).toBe(alive);
    expect(alive - before).toBeLessThanOrEqual(2 * trainableParams(model.params).length);
    // A normal with the moons' moments, where ActNorm starts, has about 1.9 nats; a fifth of a
    // nat is far beyond noise.
    expect(loss(train)).toBeLessThan(start[0]! - 0.2);
    expect(loss(held)).toBeLessThan(start[1]! - 0.2);
    // Between steps, the bound is as good as the power iteration. It lags behind for some steps
    // after the two largest singular values of a kernel have changed places, as here near step
    // 33: L = 1.1.
    model.enforceBounds();
    for (const block of model.blocks) expect(block.lipschitzBound()).toBeLessThan(1);
    expect(loss(held)).toBeLessThan(start[1]! - 0.2);
    const { errorBound, converged } = model.decode(model.encode(held));
    expect(converged.every(Boolean)).toBe(true);
    expect(Math.max(...errorBound)).toBeLessThan(1);
    optimizer.dispose();
    model.dispose();
  });

  test('a stochastic log-determinant trains too', () => {
    const config = { ...denseFlowDefaults(20), blocks: 1, hidden: [16] };
    expect(config.logDet).toMatchObject({ truncation: { kind: 'russianRoulette' } });
    const model = denseOf(config, createRng(1));
    // Pairs of equal columns: far from independent.
    const half = createRng(2).normal([64, 10]);
    const x = tf.concat([half, tf.add(half, tf.mul(0.3, createRng(3).normal([64, 10])))], 1);
    const optimizer = tf.train.adam(0.01);
    // Averaged over the same streams before and after.
    const loss = () =>
      [1, 2, 3, 4].reduce((t, seed) => t + negativeLogLikelihood(model, x, seed).dataSync()[0]! / 4, 0);
    const start = loss();
    for (let step = 0; step < 30; step++)
      optimizer.minimize(() => negativeLogLikelihood(model, x, 100 + step));
    expect(loss()).toBeLessThan(start - 0.5);
    optimizer.dispose();
    model.dispose();
  });

  test('the density of standardized columns is in their own units', () => {
    // Without actNorm the standardization is the only difference: ln p(x) = ln p(z) − Σ ln
    // deviation.
    const plain = { ...denseFlowDefaults(2), blocks: 1, hidden: [4], actNorm: false };
    const deviation = [2, 50];
    const a = denseOf(plain, createRng(1));
    const b = denseOf({ ...plain, standardize: { mean: [10, -100], deviation } }, createRng(1));
    const z = createRng(4).normal([5, 2]);
    const x = tf.add(tf.mul(z, deviation), [10, -100]);
    const [pa, pb] = [a.logProb(z, createRng(0)), b.logProb(x, createRng(0))].map(valuesOf) as [
      number[],
      number[],
    ];
    pa.forEach((value, i) => expect(pb[i]).toBeCloseTo(value - Math.log(100), 4));
    a.dispose();
    b.dispose();
  });

  test('values in place of names: the same flow; the default parts are those of the default configuration', () => {
    const names = {
      ...denseFlowDefaults(3),
      blocks: 2,
      hidden: [6, 4],
      activation: 'cRelu',
      coefficient: 0.7,
    } as const;
    const x = createRng(3).normal([4, 3]);
    const compare = (a: FlowModel, b: FlowModel) => {
      expect(Object.keys(a.params)).toEqual(Object.keys(b.params));
      for (const [name, variable] of Object.entries(a.params)) {
        expect(valuesOf(variable)).toEqual(valuesOf(b.params[name]!));
      }
      expect(valuesOf(a.logProb(x, createRng(5)))).toEqual(valuesOf(b.logProb(x, createRng(5))));
      expect(a.logDetBias?.(0.9, 3)).toBe(b.logDetBias?.(0.9, 3));
      for (const flow of [a, b]) flow.dispose();
    };
    const { dimension, blocks, hidden, coefficient } = names;
    const rest = { dimension, blocks, hidden, coefficient };
    compare(
      denseFlow({ ...rest, activation: cRelu, logDet: exact(), logDetBias: () => 0 }, createRng(1)),
      denseOf(names, createRng(1)),
    );
    compare(
      denseFlow({ dimension: 3, blocks: 2 }, createRng(1)),
      denseOf({ ...denseFlowDefaults(3), blocks: 2 }, createRng(1)),
    );
    const own = denseFlow(
      { dimension: 3, logDet: exact(), branch: ({ rng }) => dense({ inputs: 3, outputs: 3, rng }) },
      createRng(1),
    );
    expect(own.logProb(x, createRng(0)).shape).toEqual([4]);
    expect(own.logDetBias).toBe(null);
    own.dispose();
  });

  test('a caller’s mistakes', () => {
    const rng = createRng(0);
    const base = { dimension: 2, blocks: 1, hidden: [4] };
    const named = (changes: Partial<DenseFlowConfig>) =>
      iResNet({ kind: 'dense', flow: { ...denseFlowDefaults(2), ...base, ...changes }, head: null }, rng);
    const mistakes: [() => unknown, string][] = [
      [() => denseFlow({ ...base, dimension: 0 }, rng), 'model.denseFlow: expected dimension ≥ 1, got 0'],
      [() => denseFlow({ ...base, blocks: 1.5 }, rng), 'model.denseFlow: expected blocks ≥ 1, got 1.5'],
      [() => denseFlow({ ...base, hidden: [0] }, rng), 'model.denseFlow: expected hidden 0 ≥ 1, got 0'],
      [
        () => denseFlow({ ...base, coefficient: -1 }, rng),
        'model.denseFlow: expected a coefficient > 0 or null, got -1',
      ],
      [
        () => denseFlow({ ...base, activation: 'sin' } as never, rng),
        "model.denseFlow: expected activation as a function, got 'sin'; iResNet takes names of a configuration",
      ],
      [() => denseFlow({ ...base, blcks: 3 } as never, rng), "got 'blcks' (did you mean 'blocks'?)"],
      [() => denseFlow(base, undefined as never), 'model.denseFlow: expected an rng, as createRng(seed) of'],
      [
        () => denseFlow(base, rng).logProb(tf.zeros([3, 4]), rng),
        'flows.flow.logProb: expected [B,2] with B ≥ 1, got shape [3,4]',
      ],
      [
        () => denseFlow(base, rng).logProb(tf.zeros([3, 2]), undefined as never),
        'flows.flow.logProb: expected an rng, as createRng(seed) of',
      ],
      [
        () => named({ transform: { kind: 'affine', scale: [1, 2, 3], shift: [0, 0, 0] } }),
        'flows.affine: expected x of shape [B,…,3], got [1,2]',
      ],
      [
        () => named({ logDet: { kind: 'arnoldi', products: 0 } }),
        'model.iResNet: flow.logDet: expected products as an integer ≥ 1, got 0',
      ],
    ];
    for (const [mistake, message] of mistakes) {
      expect(mistake).toThrow(
        expect.objectContaining({ kind: 'argument', message: expect.stringContaining(message) as string }),
      );
    }
  });
}
