import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { compose, type Module } from '../src';

/** A module that writes down what is asked of it. */
function recorded(name: string, calls: string[], optional: boolean): Module {
  const note = (what: string) => () => void calls.push(`${name}.${what}`);
  return {
    params: { w: tf.tidy(() => tf.variable(tf.scalar(0))) },
    dispose: note('dispose'),
    ...(optional && { refresh: note('refresh'), enforceBounds: note('enforceBounds') }),
  };
}

test('a composition forwards all four members to its parts, in order, at any depth', () => {
  const calls: string[] = [];
  const [a, b, c] = [recorded('a', calls, true), recorded('b', calls, false), recorded('c', calls, true)];
  const whole = compose({ inner: compose([a, b]), c });
  expect(Object.keys(whole.params)).toEqual(['inner.0.w', 'inner.1.w', 'c.w']);
  expect(whole.params['inner.1.w']).toBe(b.params['w']);
  whole.refresh();
  whole.enforceBounds();
  whole.dispose();
  expect(calls).toEqual([
    'a.refresh',
    'c.refresh',
    'a.enforceBounds',
    'c.enforceBounds',
    'a.dispose',
    'b.dispose',
    'c.dispose',
  ]);
  tf.dispose(Object.values(whole.params));
});

test('parts in a list are named by their index, in order beyond nine', () => {
  const calls: string[] = [];
  const list = Array.from({ length: 11 }, (_, i) =>
    i % 5 === 0 ? recorded(String(i), calls, false) : { params: {}, dispose: () => undefined },
  );
  const { params } = compose(list);
  expect(Object.keys(params)).toEqual(['0.w', '5.w', '10.w']);
  tf.dispose(Object.values(params));
});
