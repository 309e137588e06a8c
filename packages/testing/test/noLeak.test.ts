import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { checkNoLeak } from '../src';
import { onEachBackend } from './backends';

onEachBackend(() => {
  const clean: Record<string, () => unknown> = {
    'a tensor': () => tf.zeros([2]),
    nothing: () => undefined,
    'a list and an object': () => [tf.zeros([1]), { deep: { a: tf.ones([2]) } }],
    'one tensor named twice': () => {
      const t = tf.zeros([2]);
      return { t, same: [t] };
    },
    'a tidy': () => tf.tidy(() => tf.add(tf.zeros([2]), tf.ones([2]))),
    'a variable': () => tf.tidy(() => tf.variable(tf.zeros([2]))),
  };
  test.each(Object.entries(clean))('%s is clean', (name, f) => {
    const before = tf.memory().numTensors;
    checkNoLeak(f, { name });
    expect(tf.memory().numTensors).toBe(before);
  });

  test('what existed before is neither counted nor disposed', () => {
    const x = tf.tensor1d([1, 2]);
    checkNoLeak(() => [x, tf.square(x)]);
    expect(x.isDisposed).toBe(false);
    x.dispose();
  });

  test('a gradient through the function leaves nothing', () => {
    const v = tf.tidy(() => tf.variable(tf.tensor1d([1, 2])));
    const before = tf.memory().numTensors;
    checkNoLeak(() => tf.tidy(() => ({ a: tf.square(v), b: [tf.exp(v), tf.scalar(1, 'int32')] })), {
      tape: true,
    });
    expect(tf.memory().numTensors).toBe(before);
    v.dispose();
  });
});

test('a leak is counted', () => {
  expect(() =>
    checkNoLeak(
      () => {
        tf.zeros([1]);
        tf.zeros([2]);
        return tf.ones([1]);
      },
      { name: 'it' },
    ),
  ).toThrow(
    'testing.checkNoLeak: expected it to keep the law "first run: only the result is left alive" within 0, got 2',
  );
});

test('a disposed argument is found', () => {
  const x = tf.tensor1d([1]);
  expect(() =>
    checkNoLeak(() => {
      const y = tf.square(x);
      x.dispose();
      return y;
    }),
  ).toThrow('first run: only the result is left alive');
});

test('a tensor kept only under a tape is found', () => {
  const underTape = () => tf.engine().state.gradientDepth > 0;
  expect(() =>
    checkNoLeak(
      () => {
        if (underTape()) tf.keep(tf.zeros([1]));
        return tf.zeros([1]);
      },
      { tape: true },
    ),
  ).toThrow('under a tape: nothing is left alive');
});
