import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { conditional, functionMap, type Conditional, type LipschitzMap, type Module } from '../src';

/** x ↦ w x + c. */
function moved(w: number): Conditional<(x: tf.Tensor) => tf.Tensor> {
  const params = { w: tf.tidy(() => tf.variable(tf.scalar(w))) };
  return {
    params,
    dispose: () => params.w.dispose(),
    at: (c) => (x) => tf.add(tf.mul(params.w, x), c),
  };
}

test('parts at a context: by name, in a list, or one alone; others stay as they are', () => {
  const half: LipschitzMap = functionMap((x) => tf.mul(0.5, x), { lipschitz: 0.5 });
  const c = tf.tensor1d([1]);
  const x = tf.tensor1d([4]);

  const listed = conditional(
    [moved(3), half],
    ([f, g]) =>
      (t: tf.Tensor) =>
        g.apply(f(t)),
  );
  expect(Object.keys(listed.params)).toEqual(['0.w']);
  expect(listed.at(c)(x).dataSync()[0]).toBe(6.5);

  const inner = moved(2);
  const named = conditional({ f: inner, g: half as Module }, ({ f, g }) => ({ f, g }));
  expect(Object.keys(named.params)).toEqual(['f.w']);
  expect(named.at(c).f(x).dataSync()[0]).toBe(9);
  expect(named.at(c).g).toBe(half);

  const alone = conditional(inner, (f) => (t: tf.Tensor) => tf.neg(f(t)));
  expect(alone.params).toBe(inner.params);
  expect(alone.at(c)(x).dataSync()[0]).toBe(-9);
  // A conditional piece is a part like any other.
  const outer = conditional([alone], ([f]) => f);
  expect(outer.at(c)(x).dataSync()[0]).toBe(-9);
  outer.dispose();
  expect(inner.params['w']!.isDisposed).toBe(true);
  listed.dispose();
});
