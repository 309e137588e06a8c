import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { disposeParams, prefixParams, trainableParams } from '../src';

let a: tf.Variable, b: tf.Variable, state: tf.Variable;
beforeEach(() => {
  [a, b, state] = [true, true, false].map((trainable) =>
    tf.tidy(() => tf.variable(tf.zeros([1]), trainable)),
  ) as [tf.Variable, tf.Variable, tf.Variable];
});
afterEach(() => disposeParams({ a, b, state }));

test('names are joined by dots, through several levels, in order', () => {
  const inner = prefixParams({ dense: { kernel: a, bias: b }, norm: { u: state }, nothing: {} });
  expect(Object.keys(inner)).toEqual(['dense.kernel', 'dense.bias', 'norm.u']);
  const outer = prefixParams({ block: inner });
  expect(Object.keys(outer)).toEqual(['block.dense.kernel', 'block.dense.bias', 'block.norm.u']);
  expect(outer['block.norm.u']).toBe(state);
});

test('state is not trainable', () => {
  expect(trainableParams({ state, b, a })).toEqual([b, a]);
  expect(trainableParams({})).toEqual([]);
});

test('disposeParams frees every variable, and may be called again', () => {
  const before = tf.memory().numTensors;
  const extra = tf.tidy(() => tf.variable(tf.zeros([3])));
  disposeParams({ extra });
  disposeParams({ extra });
  expect(extra.isDisposed).toBe(true);
  expect(tf.memory().numTensors).toBe(before);
});
