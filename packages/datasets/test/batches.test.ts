import { createRng } from '@iresnet/core';
import { describe, expect, it } from 'vitest';
import { batches, split } from '../src/index';
import { failure } from './failure';

describe('split', () => {
  const cases: [number, number[], number[]][] = [
    [10, [0.8, 0.2], [8, 2]],
    [10, [7, 3], [7, 3]],
    [10, [2, 3], [2, 3]],
    [1000, [0.7, 0.2, 0.1], [700, 200, 100]],
    [10, [0.1, 0.2, 0.7], [1, 2, 7]],
    [3, [0.5, 0.5], [2, 1]],
    [7, [0.25, 1, 0.25], [2, 1, 2]],
    [100, [0.5, 20], [50, 20]],
    [5, [0, 5], [0, 5]],
    [5, [], []],
    [0, [0.5, 0.5], [0, 0]],
  ];
  it.each(cases)('of %i into %j has sizes %j, disjoint and within range', (n, parts, sizes) => {
    const pieces: readonly Uint32Array[] = split(n, parts, createRng(1));
    expect(pieces.map((piece) => piece.length)).toEqual(sizes);
    const all = pieces.flatMap((piece) => [...piece]);
    expect(new Set(all).size).toBe(all.length);
    expect(all.every((i) => i >= 0 && i < n)).toBe(true);
  });

  it('depends on the seed alone, and is not the identity', () => {
    const [a, b] = split(100, [0.6, 0.4], createRng(1));
    expect(split(100, [0.6, 0.4], createRng(1))).toEqual([a, b]);
    expect(split(100, [0.6, 0.4], createRng(2))[0]).not.toEqual(a);
    expect([...a]).not.toEqual([...a].sort((x, y) => x - y));
  });

  it('refuses parts that do not fit', () => {
    for (const parts of [[0.8, 0.3], [11], [0.5, 6], [-1], [1.5], [NaN], [Infinity]]) {
      expect(failure('argument', () => split(10, parts, createRng(0)))).toMatch(
        /^datasets\.split: expected .*, got /,
      );
    }
    expect(failure('argument', () => split(-1, [], createRng(0)))).toMatch(/got -1$/);
  });
});

describe('batches', () => {
  const take = (n: number, size: number, seed: number, count: number, first = 0) => {
    const iterator = batches(n, size, createRng(seed), first);
    return Array.from({ length: count }, () => [...iterator.next().value]);
  };

  it('covers each epoch once, in full batches, in the order of rng.split(epoch)', () => {
    const drawn = take(10, 3, 4, 9);
    for (let epoch = 0; epoch < 3; epoch++) {
      const order = [...createRng(4).split(epoch).permutation(10)];
      expect(drawn.slice(3 * epoch, 3 * epoch + 3).flat()).toEqual(order.slice(0, 9));
    }
    expect(drawn.slice(0, 3)).not.toEqual(drawn.slice(3, 6));
  });

  it.each([0, 1, 2, 3, 4, 7, 300])('resumes at step %i as the unbroken run', (step) => {
    expect(take(11, 3, 5, 6, step)).toEqual(take(11, 3, 5, step + 6).slice(step));
  });

  it('does not depend on what was drawn before, nor advances the stream', () => {
    const rng = createRng(5);
    rng.next();
    const before = rng.state();
    expect([...batches(11, 3, rng).next().value]).toEqual(take(11, 3, 5, 1)[0]);
    expect(rng.state()).toEqual(before);
  });

  it('yields arrays of the caller', () => {
    const iterator = batches(4, 4, createRng(0));
    const first = iterator.next().value;
    const kept = [...first];
    first.fill(0);
    iterator.next();
    expect(take(4, 4, 0, 1)[0]).toEqual(kept);
    expect(take(1, 1, 0, 3)).toEqual([[0], [0], [0]]);
  });

  it('refuses at the call what it cannot take', () => {
    for (const [n, size, first] of [
      [10, 0, 0],
      [10, 11, 0],
      [0, 1, 0],
      [10, 2.5, 0],
      [10, 2, -1],
      [10, 2, 0.5],
    ] as const) {
      expect(failure('argument', () => batches(n, size, createRng(0), first))).toMatch(
        /^datasets\.batches: expected .*, got /,
      );
    }
  });
});
