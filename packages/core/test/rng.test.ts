import fc from 'fast-check';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { createRng, restoreRng, type Rng } from '../src';
import { philox4x32 } from '../src/internal';
import { onEachBackend } from './backends';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const words = (rng: Rng, count: number) => Array.from({ length: count }, () => rng.nextUint32());

describe('the stream', () => {
  test('of seed 0 starts with the known answer of Philox for counter 0', () => {
    expect(words(createRng(0), 4)).toEqual([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
  });

  test('counts on through blocks, with both words of the seed as the key', () => {
    const seed = 5 + 3 * 2 ** 32;
    const drawn = words(createRng(seed), 5000);
    const out = new Uint32Array(4);
    for (const counter of [0, 255, 256, 700, 1249]) {
      philox4x32(counter, 0, 0, 0, 5, 3, out, 0);
      expect(drawn.slice(4 * counter, 4 * counter + 4)).toEqual([...out]);
    }
  });

  test('carries into the second counter word', () => {
    const rng = restoreRng({ key: [1, 2], drawn: 4 * 2 ** 32 - 1 });
    const out = new Uint32Array(8);
    philox4x32(0xffffffff, 0, 0, 0, 1, 2, out, 0);
    philox4x32(0, 1, 0, 0, 1, 2, out, 4);
    expect(words(rng, 3)).toEqual([...out.slice(3, 6)]);
  });

  test('continues exactly from its state, at any place', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.nat(3000), (seed, drawn) => {
        const rng = createRng(seed);
        words(rng, drawn);
        const copy = restoreRng(JSON.parse(JSON.stringify(rng.state())));
        expect(words(copy, 5)).toEqual(words(rng, 5));
        expect(copy.state()).toEqual(rng.state());
      }),
      { seed: 1, numRuns: 20 },
    );
  });

  test.each([-1, 0.5, 2 ** 53, NaN])('%s is no seed', (seed) => {
    expect(() => createRng(seed)).toThrow(
      `core.createRng: expected an integer seed in [0, 2⁵³), got ${seed}`,
    );
  });

  test.each([
    { key: [1], drawn: 0 },
    { key: [1, 2 ** 32], drawn: 0 },
    { key: [1, 2], drawn: -1 },
    { key: [1, 2], drawn: 0.5 },
    { drawn: 0 },
  ])('%j is no state', (state) => {
    expect(() => restoreRng(state as never)).toThrow(
      `core.restoreRng: expected { key: two 32-bit words, drawn: a count }, got ${JSON.stringify(state)}`,
    );
  });
});

describe('split', () => {
  test('depends on the key and the label alone, and advances nothing', () => {
    const rng = createRng(9);
    const before = words(rng.split('a'), 3);
    words(rng, 100);
    const state = rng.state();
    expect(words(rng.split('a'), 3)).toEqual(before);
    expect(rng.state()).toEqual(state);
  });

  test('different labels and paths give different streams', () => {
    const root = createRng(1);
    const streams: Record<string, Rng> = {
      root,
      '0': root.split(0),
      '1': root.split(1),
      '2³²': root.split(2 ** 32),
      '2³² + 1': root.split(2 ** 32 + 1),
      "'0'": root.split('0'),
      "''": root.split(''),
      a: root.split('a'),
      ab: root.split('ab'),
      ba: root.split('ba'),
      'a then b': root.split('a').split('b'),
      'b then a': root.split('b').split('a'),
      '0 then 1': root.split(0).split(1),
      '1 then 0': root.split(1).split(0),
      'a character beyond 16 bits': root.split('𝒜'),
      'another seed': createRng(2).split(0),
    };
    const firsts = Object.values(streams).map((rng) => words(rng, 2).join());
    expect(new Set(firsts).size).toBe(firsts.length);
  });

  test('neighbouring streams are not correlated', () => {
    // The correlation of n pairs has the standard deviation 1/√n: five of them.
    const n = 4096;
    const signs = [0, 1, 2].map((label) => createRng(3).split(label).rademacher([n]).dataSync<'float32'>());
    for (const [i, j] of [
      [0, 1],
      [1, 2],
      [0, 2],
    ] as const) {
      const correlation = signs[i]!.reduce((sum, s, k) => sum + s * signs[j]![k]!, 0) / n;
      expect(Math.abs(correlation)).toBeLessThan(5 / Math.sqrt(n));
    }
  });

  test.each([-1, 0.5, NaN])('%s is no label', (label) => {
    expect(() => createRng(0).split(label)).toThrow(
      `core.Rng.split: expected a label in [0, 2⁵³), got ${label}`,
    );
  });
});

describe('single numbers', () => {
  test('next lies in [0, 1) and is the word over 2³²', () => {
    const [rng, same] = [createRng(4), createRng(4)];
    for (let i = 0; i < 100; i++) expect(rng.next()).toBe(same.nextUint32() / 2 ** 32);
  });

  test.each([1, 2, 3, 7, 2 ** 31 + 1, 2 ** 32])(
    'nextInt(%s) stays in range and takes the word modulo n',
    (n) => {
      const rng = createRng(5);
      for (let i = 0; i < 200; i++) {
        const value = rng.nextInt(n);
        expect(Number.isInteger(value) && value >= 0 && value < n).toBe(true);
      }
    },
  );

  test('nextInt is even over a range that does not divide 2³²', () => {
    // 3/4 of 2³²: without rejection the lower third would be twice as frequent.
    const n = 3 * 2 ** 30;
    const rng = createRng(6);
    const low = Array.from({ length: 3000 }, () => rng.nextInt(n)).filter((value) => value < n / 3).length;
    expect(Math.abs(low / 3000 - 1 / 3)).toBeLessThan(5 * Math.sqrt(2 / 9 / 3000));
  });

  test.each([0, -1, 1.5, 2 ** 32 + 1, NaN])('nextInt(%s) is refused', (n) => {
    expect(() => createRng(0).nextInt(n)).toThrow(`core.Rng.nextInt: expected 1 ≤ n ≤ 2³², got ${n}`);
  });

  test('permutation holds every index once, and every order of three comes up', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.nat(), (n, seed) => {
        expect([...createRng(seed).permutation(n)].sort((a, b) => a - b)).toEqual(
          Array.from({ length: n }, (_, i) => i),
        );
      }),
      { seed: 1, numRuns: 50 },
    );
    const rng = createRng(7);
    const counts = new Map<string, number>();
    for (let i = 0; i < 1200; i++) {
      const order = rng.permutation(3).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values())
      expect(Math.abs(count - 200)).toBeLessThan(5 * Math.sqrt(1200 * (5 / 36)));
  });
});

/** Mean of f over the values. */
const mean = (values: ArrayLike<number>, f: (x: number) => number) =>
  Array.from(values, f).reduce((a, b) => a + b, 0) / values.length;

describe('distributions: sample moments within five standard errors', () => {
  const n = 20000;
  test('normal', () => {
    const values = createRng(8).normal([n]).dataSync<'float32'>();
    // Var of x, x², x³, x⁴: 1, 2, 15, 96.
    expect(Math.abs(mean(values, (x) => x))).toBeLessThan(5 / Math.sqrt(n));
    expect(Math.abs(mean(values, (x) => x * x) - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
    expect(Math.abs(mean(values, (x) => x ** 3))).toBeLessThan(5 * Math.sqrt(15 / n));
    expect(Math.abs(mean(values, (x) => x ** 4) - 3)).toBeLessThan(5 * Math.sqrt(96 / n));
    // Both members of a Box–Muller pair, and no correlation between them.
    const product = Array.from({ length: n / 2 }, (_, i) => values[2 * i]! * values[2 * i + 1]!);
    expect(Math.abs(mean(product, (x) => x))).toBeLessThan(5 / Math.sqrt(n / 2));
  });

  test('uniform', () => {
    const values = createRng(9).uniform([n], -2, 4).dataSync<'float32'>();
    expect(Math.abs(mean(values, (x) => x) - 1)).toBeLessThan(5 * Math.sqrt(3 / n));
    expect(Math.abs(mean(values, (x) => (x - 1) ** 2) - 3)).toBeLessThan(5 * Math.sqrt(36 / 5 / n)); // (b−a)⁴/180
    expect(Math.min(...values)).toBeGreaterThanOrEqual(-2);
    expect(Math.max(...values)).toBeLessThan(4);
  });

  test('rademacher', () => {
    const values = createRng(10).rademacher([n]).dataSync<'float32'>();
    expect([...new Set(values)].sort()).toEqual([-1, 1]);
    expect(Math.abs(mean(values, (x) => x))).toBeLessThan(5 / Math.sqrt(n));
  });

  test.each([
    [2 ** 24, 2 ** 24 + 2], // neighbours in float32: half of all values would round to `high`
    [-(2 ** 24) - 2, -(2 ** 24)],
    [-1e-45, 0],
    [1, 1 + 2 ** -23],
    [5, 5],
  ])('uniform never reaches high by rounding: [%s, %s)', (low, high) => {
    const values = createRng(11).uniform([64], low, high).dataSync<'float32'>();
    for (const value of values) {
      expect(value).toBeGreaterThanOrEqual(Math.fround(low));
      if (low < high) expect(value).toBeLessThan(high);
    }
  });
});

const drawn: Record<string, (rng: Rng, shape: number[]) => tf.Tensor> = {
  normal: (rng, shape) => rng.normal(shape),
  uniform: (rng, shape) => rng.uniform(shape, -1, 3),
  rademacher: (rng, shape) => rng.rademacher(shape),
};

onEachBackend(() => {
  test.each(Object.entries(drawn))('%s gives float32 of the shape asked for, alone', (_, draw) => {
    for (const shape of [[], [0], [1], [3], [2, 3], [5, 1, 33], [2, 2, 2, 2]]) {
      const before = tf.memory().numTensors;
      const t = draw(createRng(1), shape);
      expect([t.shape, t.dtype]).toEqual([shape, 'float32']);
      expect(tf.memory().numTensors).toBe(before + 1);
      t.dispose();
    }
  });

  test('the same seed gives these numbers on every backend', () => {
    // By hand from the first words of seed 0, 6627e8d5 and e169c58d: u = .39904647, v = .88051639.
    const [u, v] = [0x6627e8d5 / 2 ** 32, 0xe169c58d / 2 ** 32];
    const radius = Math.sqrt(-2 * Math.log(1 - u));
    const normal = [radius * Math.cos(2 * Math.PI * v), radius * Math.sin(2 * Math.PI * v)].map(Math.fround);
    expect([...createRng(0).normal([2]).dataSync<'float32'>()]).toEqual(normal);
    expect([...createRng(0).uniform([2]).dataSync<'float32'>()]).toEqual(
      [0x6627e8, 0xe169c5].map((word) => word / 2 ** 24),
    );
    // The lowest bit first: d5 = 1101 0101.
    expect([...createRng(0).rademacher([8]).dataSync<'float32'>()]).toEqual([1, -1, 1, -1, 1, -1, 1, 1]);
  });
});
