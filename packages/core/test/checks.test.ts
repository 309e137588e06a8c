import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { createRng, type Rng } from '../src';
import { checkGradients, checkOptions, checkParts, checkRng, checkTensor, described } from '../src/internal';

interface Options {
  readonly terms?: number;
  readonly probe?: string;
}
const names = { terms: true, probe: true } as const;

test('an option that is not known is refused, with the nearest known name', () => {
  checkOptions<Options>('p.f', {}, names);
  checkOptions<Options>('p.f', { terms: 3 }, names);
  expect(() => checkOptions<Options>('p.f', { tems: 3 } as Options, names)).toThrow(
    "p.f: expected the options terms, probe, got 'tems' (did you mean 'terms'?)",
  );
});

test.each([
  [5, '5'],
  [undefined, 'nothing'],
  [[1, 2], 'a list of 2'],
  ['exact', "'exact'"],
])('options that are not an object are refused: %o', (value, found) => {
  expect(() => checkOptions<Options>('p.f', value as Options, names)).toThrow(
    `p.f: expected an object of options (terms, probe), got ${found}`,
  );
});

test('an rng is known by its streams', () => {
  checkRng('p.f', createRng(0));
  expect(() => checkRng('p.f', undefined as unknown as Rng)).toThrow(
    /^p\.f: expected an rng, .* got nothing$/,
  );
  expect(() => checkRng('p.f', 7 as unknown as Rng)).toThrow(/got 7$/);
});

test('a tensor must live and hold float32', () => {
  const x = tf.ones([2, 2]);
  checkTensor('p.f', 'x', x);
  const whole = tf.ones([2], 'int32');
  expect(() => checkTensor('p.f', 'x', whole)).toThrow(
    "p.f: expected x of float32, got int32; tf.cast(x, 'float32') converts it",
  );
  tf.dispose([x, whole]);
  expect(() => checkTensor('p.f', 'x', x)).toThrow('expected a living tensor x, got one that was disposed');
  expect(() => checkTensor('p.f', 'x', [[1]] as unknown as tf.Tensor)).toThrow(
    'expected a tensor x, got a list of 1',
  );
});

test('a list where separate parts belong, and a factory that was not called', () => {
  const part = { forward: () => undefined };
  checkParts('p.f', [part, part], 'forward');
  expect(() => checkParts('p.f', [[part, part]], 'forward')).toThrow(/separate arguments: write \.\.\.list/);
  expect(() => checkParts('p.f', [part, checkParts], 'forward')).toThrow(
    /as argument 2, got the function checkParts; call it/,
  );
  expect(() => checkParts('p.f', [], 'forward')).toThrow('expected at least one part, got none');
});

test('what came is said in a few words', () => {
  expect(described(Promise.resolve())).toBe('a promise; await it first');
  expect(described({ a: 1, b: 2 })).toBe('an object with the keys a, b');
  const x = tf.zeros([2, 3]);
  expect(described(x)).toBe('a tensor of shape [2,3]');
  x.dispose();
});

test('a program without the gradients of TensorFlow.js is told what to import', () => {
  checkGradients('p.f');
  const gradient = tf.getGradient(tf.Add)!;
  tf.unregisterGradient(tf.Add);
  try {
    expect(() => checkGradients('p.f')).toThrow(
      "p.f: expected the gradients of TensorFlow.js, got none; import '@iresnet/core/gradients'",
    );
  } finally {
    tf.registerGradient(gradient);
  }
});
