import * as tf from '@tensorflow/tfjs';
import { createRng, type Bijector, type Module } from '@iresnet/core';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  actNorm,
  affine,
  chain,
  diagonalNormal,
  invert,
  linear,
  mixture,
  multiScale,
  squeeze,
  standardize,
  studentT,
  whiten,
} from '../src';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** The module with every value of a parameter set, and what it says of itself. */
function partsWith(module: Module, name: string, value: number): string[] {
  const variable = module.params[name]!;
  tf.tidy(() => variable.assign(tf.fill(variable.shape, value) as tf.Variable));
  const flaws = module.flaws?.() ?? [];
  module.dispose();
  return flaws.map(({ part, problem }) => `${part}: ${problem}`);
}

describe('what float32 cannot invert', () => {
  test.each<[string, () => Module, string, string, readonly number[], readonly number[]]>([
    ['actNorm', () => actNorm([2]), 'logScale', 'logScale', [-44, 0, 44], [-1000, -45, 45, 1000, NaN]],
    ['the shift of actNorm', () => actNorm([2]), 'shift', 'shift', [1e19, -1e19], [1e20, -3e38]],
    ['the shift of linear', () => linear([2]), 'shift', 'shift', [1e19], [-1e20]],
    ['affine', () => affine([2], [0]), 'scale', 'scale', [1e-37, -3, 1e37], [0, 1e-39, NaN, Infinity]],
    ['a chain', () => chain(affine([1], [0]), invert(actNorm([1]))), '1.logScale', '1.logScale', [1], [-90]],
    [
      'scales',
      () => multiScale([{ bijector: actNorm([2, 2, 1]), outShape: [2, 2, 1] }]),
      '0.logScale',
      '0.logScale',
      [1],
      [90],
    ],
    ['diagonalNormal', () => diagonalNormal([2]), 'logStd', 'logStd', [-80, 80], [-90, 90, NaN]],
    ['mixture', () => mixture([2]), 'logStd', 'logStd', [-80, 80], [-90, 90, NaN]],
    ['studentT', () => studentT([2]), 'logScale', 'logScale', [-80, 80], [-90, 90, NaN]],
    ['linear', () => linear([3]), 'factors', 'matrix', [0, 1], [100, -40, NaN]],
    ['whiten', () => whiten({ mean: [0, 0], matrix: [1, 0, 0, 1] }), 'matrix', 'matrix', [], [0, 1, NaN]],
  ])('%s', (_name, make, param, part, good, bad) => {
    for (const value of good) expect(partsWith(make(), param, value), String(value)).toEqual([]);
    for (const value of bad) {
      const [first, ...rest] = partsWith(make(), param, value);
      expect(first, String(value)).toMatch(new RegExp(`^${part}: expected .*, got `));
      expect(rest).toEqual([]);
    }
  });

  test('a fixed scale is refused where it is made', () => {
    expect(() => affine([1e-46], [0])).toThrow(/finite in float32/);
    expect(() => affine([1], [1e39])).toThrow(/finite in float32/);
    expect(() => standardize([0], [1e-45])).toThrow(/finite in float32/);
    expect(() => standardize([0], [1e300])).toThrow(/finite in float32/);
  });

  test('a fresh flow has no flaw', () => {
    const all = chain(actNorm([3]), linear([3], { rotation: createRng(1) }), affine([1, 2, 3], [0, 0, 0]));
    expect(all.flaws()).toEqual([]);
    all.dispose();
  });
});

describe('scales multiplied along a chain', () => {
  const along = (part: Bijector, shape: readonly number[]): number[][] =>
    tf.tidy(() => {
      const scale = part.carryScale!(tf.zeros([3, ...shape]));
      return tf.reshape(scale, [3, -1]).arraySync() as number[][];
    });
  const norm = (shape: readonly number[], logScale: readonly number[]): Bijector => {
    const part = actNorm(shape);
    part.params['logScale']!.assign(tf.tensor1d([...logScale]));
    return part;
  };

  test('the scale of each value, and the least and the largest on its way', () => {
    const parts = chain(norm([2], [-40, 1]), norm([2], [-60, 2]), affine([Math.exp(30), -1], [5, 5]));
    const [now, least, largest] = along(parts, [2]);
    [-70, 3].forEach((s, i) => expect(now![i]).toBeCloseTo(s, 4));
    [-100, 0].forEach((s, i) => expect(least![i]).toBeCloseTo(s, 4));
    [0, 3].forEach((s, i) => expect(largest![i]).toBeCloseTo(s, 4));
    parts.dispose();
  });

  test('channels stay themselves when pixels move and scales split', () => {
    const shape = [2, 2, 1];
    const scales = multiScale([
      { bijector: chain(norm(shape, [-3]), squeeze(), norm([1, 1, 4], [1, 2, 3, 4])), outShape: [1, 1, 4] },
      { bijector: norm([1, 1, 2], [10, 20]), outShape: [1, 1, 2] },
    ]);
    expect(along(scales, shape)[0]).toEqual([-2, -1, 10, 21]);
    scales.dispose();
  });

  test('a matrix mixes them as independent values, and an inverse undoes them', () => {
    const matrix = whiten({ mean: [0, 0], matrix: [3e-20, 4e-20, 0, 1e20] });
    const [now] = along(matrix, [2]);
    expect(now![0]).toBeCloseTo(Math.log(5e-20), 4);
    expect(now![1]).toBeCloseTo(Math.log(1e20), 4);
    expect(along(chain(norm([2], [-50, 7]), invert(norm([2], [-50, 7]))), [2])[0]).toEqual([0, 0]);
    expect(along(invert(squeeze()), [1, 1, 4])[0]).toEqual([0, 0, 0, 0]);
    matrix.dispose();
  });
});
