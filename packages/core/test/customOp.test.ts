import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { customOp } from '../src';
import { onEachBackend } from './backends';

/** (a b, a + b²) with its gradient by hand. */
const pair = (a: tf.Tensor, b: tf.Tensor): [tf.Tensor, tf.Tensor] =>
  customOp(
    { a, b },
    () => ({ outputs: [tf.mul(a, b), tf.add(a, tf.square(b))], saved: [a, b] }),
    ([d0, d1], [a, b]) => ({
      a: tf.add(tf.mul(d0!, b!), d1!),
      b: tf.add(tf.mul(d0!, a!), tf.mul(d1!, tf.mul(2, b!))),
    }),
  ) as [tf.Tensor, tf.Tensor];

onEachBackend(() => {
  test('values, and the gradients of every use of the outputs, by hand at a = 3, b = 5', () => {
    const uses: [(y: [tf.Tensor, tf.Tensor]) => tf.Tensor, number, number][] = [
      [([first]) => first, 5, 3],
      [([, second]) => second, 1, 10],
      [([first, second]) => tf.add(first, second), 6, 13],
      [([first, second]) => tf.mul(first, second), 5 * 28 + 15, 3 * 28 + 150], // d(uv) = v du + u dv
      [([first]) => tf.mul(first, first), 150, 90],
    ];
    for (const [use, da, db] of uses) {
      const [a, b] = [tf.scalar(3), tf.scalar(5)];
      expect(pair(a, b).map((t) => t.dataSync()[0])).toEqual([15, 28]);
      const gradients = tf.grads((x: tf.Tensor, y: tf.Tensor) => use(pair(x, y)))([a, b]);
      expect(gradients.map((g) => g.dataSync()[0])).toEqual([da, db]);
    }
  });

  test('in a chain, with variables as inputs, and an input used elsewhere too', () => {
    const [a, b] = [tf.variable(tf.scalar(2)), tf.variable(tf.scalar(-1))];
    // f = (a², b) ↦ a² b · a = a³ b: ∂a = 3a² b = −12, ∂b = a³ = 8.
    const f = () => tf.mul(pair(tf.square(a), b)[0], a) as tf.Scalar;
    const { grads } = tf.variableGrads(f, [a, b]);
    expect(grads[a.name]!.dataSync()[0]).toBe(-12);
    expect(grads[b.name]!.dataSync()[0]).toBe(8);
    tf.dispose([a, b]);
  });

  test('an input that is a constant for the caller takes its gradient to nowhere', () => {
    const b = tf.scalar(5);
    expect(
      tf
        .grad((a: tf.Tensor) => pair(a, b)[0])(tf.scalar(3))
        .dataSync()[0],
    ).toBe(5);
  });

  test('nothing but the outputs and the gradients stays alive', () => {
    const [a, b] = [tf.scalar(3), tf.scalar(5)];
    const before = tf.memory().numTensors;
    tf.dispose(pair(a, b));
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose(tf.grads((x: tf.Tensor, y: tf.Tensor) => pair(x, y)[1])([a, b]));
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose(tf.grad((x: tf.Tensor) => pair(x, b)[1])(a));
    expect(tf.memory().numTensors).toBe(before);
  });

  test('a later gradient is computed where it flows on, and only there', () => {
    let asked = 0;
    const product = (x: tf.Tensor, y: tf.Tensor) =>
      customOp(
        { x, y },
        () => ({ outputs: [tf.mul(x, y)], saved: [x, y] }),
        ([dy], [a, b]) => ({
          x: tf.mul(dy!, b!),
          y: {
            from: tf.mul(2, dy!),
            gradient: (twice) => {
              asked++;
              return tf.mul(tf.mul(0.5, twice), a!);
            },
          },
        }),
      )[0]!;
    const [a, b] = [tf.scalar(3), tf.scalar(5)];
    // (a b) b: two ops, so that the second backward pass frees what the first left.
    const f = (x: tf.Tensor, y: tf.Tensor) => product(product(x, y), y);
    const before = tf.memory().numTensors;
    const one = tf.grad((x: tf.Tensor) => f(x, b))(a);
    expect([one.dataSync()[0], asked]).toEqual([25, 0]);
    const both = tf.grads(f)([a, b]);
    expect(both.map((g) => g.dataSync()[0])).toEqual([25, 30]);
    expect(asked).toBe(2);
    tf.dispose([one, ...both]);
    expect(tf.memory().numTensors).toBe(before);
  });
});
