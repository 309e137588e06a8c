import * as tf from '@tensorflow/tfjs';
import { createRng, type LipschitzMap, type Rng } from '@iresnet/core';
import { describe, expect, test } from 'vitest';
import {
  activation,
  activationNames,
  bottleneckBranch,
  branches,
  branchFromSpec,
  branchNames,
  conv2d,
  dense,
  denseConcat,
  iDenseNetBranch,
  plainBranch,
  sequential,
  type BranchName,
  type HiddenOptions,
} from '../src';

const values = (map: LipschitzMap) =>
  Object.fromEntries(Object.entries(map.params).map(([name, v]) => [name, Array.from(v.dataSync())]));

/** The same map: the same names, the same numbers, the same results, to the last bit. */
function expectSame(a: LipschitzMap, b: LipschitzMap, x: tf.Tensor): void {
  expect(Object.keys(a.params)).toEqual(Object.keys(b.params));
  expect(values(a)).toEqual(values(b));
  const trained = (map: LipschitzMap) => Object.values(map.params).map(({ trainable }) => trainable);
  expect(trained(a)).toEqual(trained(b));
  expect(a.apply(x).arraySync()).toEqual(b.apply(x).arraySync());
}

const conv = (rng: Rng, i: number, inputs: number, outputs: number, kernelSize: number) =>
  conv2d({ inputs, outputs, kernelSize, imageSize: [4, 4], coefficient: 0.8, rng: rng.split(i) });

describe('branches written out by hand', () => {
  const rng = createRng(7);

  test('plain on vectors', () => {
    const layer = (i: number, inputs: number, outputs: number) =>
      dense({ inputs, outputs, coefficient: 0.8, rng: rng.split(i) });
    const byHand = sequential(layer(0, 3, 8), activation('elu'), layer(1, 8, 5), activation('elu'), layer(2, 5, 3)); // prettier-ignore
    const options = { shape: [3], hidden: [8, 5], activation: 'elu', coefficient: 0.8, rng } as const;
    expectSame(plainBranch(options), byHand, createRng(1).normal([4, 3]));
  });

  test('bottleneck, with a first activation that doubles the channels', () => {
    const sigma = () => activation('cRelu');
    const byHand = sequential(
      sigma(),
      conv(rng, 0, 4, 6, 3),
      sigma(),
      conv(rng, 1, 12, 6, 1),
      sigma(),
      conv(rng, 2, 12, 2, 3),
    );
    const options = {
      shape: [4, 4, 2],
      hidden: [6, 6],
      activation: 'cRelu',
      coefficient: 0.8,
      firstActivation: true,
      rng,
    } as const;
    expectSame(bottleneckBranch(options), byHand, createRng(1).normal([2, 4, 4, 2]));
  });

  test('plain on images, with 5×5 taps', () => {
    const options = { shape: [4, 4, 2], hidden: [3], activation: 'tanh', coefficient: 0.8, rng } as const;
    const byHand = sequential(conv(rng, 0, 2, 3, 5), activation('tanh'), conv(rng, 1, 3, 2, 5));
    const x = createRng(1).normal([2, 4, 4, 2]);
    expectSame(plainBranch({ ...options, kernelSize: 5 }), byHand, x);
    expectSame(branchFromSpec({ kind: 'plain', kernelSize: 5 }, options), byHand, x);
  });

  test('i-DenseNet: each layer reads all that came before it', () => {
    const sigma = () => activation('cLipSwish');
    const byHand = sequential(
      denseConcat(sequential(conv(rng, 0, 2, 3, 3), sigma())),
      denseConcat(sequential(conv(rng, 1, 8, 3, 3), sigma())),
      conv(rng, 2, 14, 2, 1),
    );
    const options = {
      shape: [4, 4, 2],
      activation: 'cLipSwish',
      coefficient: 0.8,
      depth: 2,
      growth: 3,
      rng,
    } as const;
    expectSame(iDenseNetBranch(options), byHand, createRng(1).normal([2, 4, 4, 2]));
  });
});

describe.each(branchNames)('%s', (name) => {
  const build = (options: Partial<HiddenOptions> = {}) =>
    branchFromSpec(name, {
      shape: branches[name].ranks.includes(1) ? [4] : [2, 2, 4],
      hidden: [4, 6],
      activation: 'softplus',
      rng: createRng(3),
      ...options,
    });

  test('every activation, with and without one at the start, on every rank that it takes', () => {
    for (const rank of branches[name].ranks) {
      const shape = rank === 1 ? [4] : [2, 2, 4];
      for (const sigma of activationNames) {
        for (const firstActivation of [false, true]) {
          const g = build({ shape, activation: sigma, firstActivation });
          expect(g.apply(createRng(1).normal([3, ...shape])).shape).toEqual([3, ...shape]);
          g.dispose();
        }
      }
    }
  });

  test('with its bounds enforced it is a contraction, whatever its weights', () => {
    const g = build({ coefficient: 0.7 });
    for (const [path, v] of Object.entries(g.params)) {
      if (/kernel|eta/.test(path)) tf.tidy(() => v.assign(tf.mul(30, tf.add(v, 0.01))));
    }
    g.enforceBounds!();
    // Concatenations add a few roundings.
    expect(g.lipschitzBound()).toBeLessThanOrEqual(0.7 * (1 + 1e-5));
    const free = build({ coefficient: Infinity });
    for (const v of Object.values(free.params)) tf.tidy(() => v.assign(tf.mul(30, v)));
    expect(free.lipschitzBound()).toBeGreaterThan(1);
    g.dispose();
    free.dispose();
  });

  test('the spectral options reach the layers', () => {
    // W / (max(1, σ/c) + ε) with a large ε is far below c.
    const g = build({ epsilon: 99 });
    expect(g.lipschitzBound()).toBeLessThan(0.02);
    g.dispose();
  });

  test('a caller’s mistakes', () => {
    const bad = (options: object) => () => build(options);
    const where = `lipschitz.${name}Branch`;
    expect(bad({ coefficent: 0.5 })).toThrow(`${where}: expected the options`);
    expect(bad({ coefficent: 0.5 })).toThrow("did you mean 'coefficient'");
    expect(bad({ rng: 3 })).toThrow(`${where}: expected an rng`);
    expect(bad({ shape: 4 })).toThrow(`${where}: expected a shape [d] or [h, w, c], got 4`);
    expect(bad({ shape: [2, 2] })).toThrow(`${where}: expected a shape [d] or [h, w, c], got [2,2]`);
    expect(bad({ activation: 'ellu' })).toThrow("did you mean 'elu'");
    if (branches[name].usesHidden) {
      expect(bad({ hidden: 8 })).toThrow(`${where}: expected hidden as a list of integers ≥ 1, got 8`);
      expect(bad({ hidden: [0] })).toThrow(`${where}: expected hidden as a list of integers ≥ 1, got [0]`);
    }
    if (!branches[name].ranks.includes(1)) {
      expect(bad({ shape: [4] })).toThrow('plainBranch takes vectors');
    }
  });
});

test('options of a row are checked', () => {
  const options = { shape: [2], hidden: [], activation: 'elu', rng: createRng(0) } as const;
  const make = (spec: unknown) => () => branchFromSpec(spec as BranchName, options);
  expect(make({ kind: 'iDenseNet', depth: 0 })).toThrow('expected depth as an integer ≥ 1, got 0');
  expect(make('idensenet')).toThrow('expected one of plain, bottleneck, iDenseNet');
  expect(() => iDenseNetBranch({ shape: [2], activation: 'elu', growth: 1.5, rng: createRng(0) })).toThrow(
    'lipschitz.iDenseNetBranch: expected growth ≥ 1, got 1.5',
  );
});
