import * as tf from '@tensorflow/tfjs';
import { createRng } from '@iresnet/core';
import { expect, test } from 'vitest';
import * as flows from '../src';
import {
  affine,
  baseFromSpec,
  bases,
  logit,
  standardize,
  transformFromSpec,
  transforms,
  whiten,
  type BaseName,
  type TransformSpec,
} from '../src';

test('every base distribution can be named', () => {
  const z = createRng(1).normal([3, 2, 2]);
  for (const name of Object.keys(bases) as BaseName[]) {
    const [named, direct] = [baseFromSpec(name, [2, 2]), flows[name]([2, 2])];
    expect(baseFromSpec({ kind: name }, [2, 2]).shape).toEqual([2, 2]);
    expect(named.logProb(z).arraySync()).toEqual(direct.logProb(z).arraySync());
    expect(named.sample(2, createRng(2)).arraySync()).toEqual(direct.sample(2, createRng(2)).arraySync());
    expect(Object.keys(named.params)).toEqual(Object.keys(direct.params));
  }
  expect(() => baseFromSpec('standartNormal' as never, [1])).toThrow("did you mean 'standardNormal'");
});

test('every transform can be named, with the options that it has', () => {
  const pairs: readonly (readonly [TransformSpec, flows.Flow['bijector']])[] = [
    [{ kind: 'standardize', mean: [1, 2], deviation: [3, 4] }, standardize([1, 2], [3, 4])],
    [{ kind: 'affine', scale: [2, -1], shift: [0, 1] }, affine([2, -1], [0, 1])],
    ['logit', logit(0.05)],
    [{ kind: 'logit', alpha: 0.01, low: -0.5 }, logit(0.01, -0.5)],
    [{ kind: 'whiten', mean: [1, 2], matrix: [1, 0, 2, 3] }, whiten({ mean: [1, 2], matrix: [1, 0, 2, 3] })],
  ];
  const x = tf.tensor2d([[0.25, 0.125]]);
  for (const [spec, direct] of pairs) {
    const named = transformFromSpec(JSON.parse(JSON.stringify(spec)) as TransformSpec)!;
    expect(named.forward(x).arraySync()).toEqual(direct.forward(x).arraySync());
    expect(Object.keys(named.params)).toEqual(Object.keys(direct.params));
  }
  expect(transformFromSpec('none')).toBeNull();
  const tested = new Set(['none', ...pairs.map(([spec]) => (typeof spec === 'string' ? spec : spec.kind))]);
  expect([...tested].sort()).toEqual(Object.keys(transforms).sort());
});

test('what does not fit is refused in a sentence', () => {
  const make = (spec: object) => () => transformFromSpec(spec as TransformSpec);
  expect(make({ kind: 'standardize', mean: [1] })).toThrow('expected standardize with deviation, got none');
  expect(make({ kind: 'standardize', mean: [1], deviation: [0] })).toThrow('a list of numbers > 0');
  expect(make({ kind: 'logit', alpha: 0.5 })).toThrow('expected alpha as a number > 0 and < 0.5, got 0.5');
});
