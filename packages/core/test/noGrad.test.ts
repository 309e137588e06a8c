import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { noGrad } from '../src';
import { onEachBackend } from './backends';

const slope = (f: (x: tf.Tensor) => tf.Tensor, at: number): number =>
  tf.tidy(() => tf.grad(f)(tf.scalar(at)).dataSync()[0]!);

interface Tape {
  gradientDepth: number;
  kernelDepth: number;
  activeTape: unknown;
}
const tape = (): Tape => {
  const { gradientDepth, kernelDepth, activeTape } = tf.engine().state as unknown as Tape;
  return { gradientDepth, kernelDepth, activeTape };
};

onEachBackend(() => {
  test('what it computes is a constant: d/dx x·const(x²) = x²', () => {
    expect(
      slope(
        (x) =>
          tf.mul(
            x,
            noGrad(() => tf.square(x)),
          ),
        3,
      ),
    ).toBeCloseTo(9, 5);
  });

  test('a tensor from outside stays on the tape unless it is cloned', () => {
    expect(
      slope(
        (x) =>
          tf.mul(
            x,
            noGrad(() => x),
          ),
        3,
      ),
    ).toBeCloseTo(6, 5);
    expect(
      slope(
        (x) =>
          tf.mul(
            x,
            noGrad(() => tf.clone(x)),
          ),
        3,
      ),
    ).toBeCloseTo(3, 5);
  });

  test('a value with the gradient of a surrogate', () => {
    const estimate = (x: tf.Tensor) => {
      const value = noGrad(() => tf.exp(x));
      const surrogate = tf.mul(5, x);
      return tf.add(
        value,
        tf.sub(
          surrogate,
          noGrad(() => tf.clone(surrogate)),
        ),
      ) as tf.Scalar;
    };
    const { value, grad } = tf.valueAndGrad(estimate)(tf.scalar(2));
    expect(value.dataSync()[0]).toBeCloseTo(Math.exp(2), 4);
    expect(grad.dataSync()[0]).toBe(5);
  });

  test('nests, and recording goes on after it', () => {
    // d/dx [c(c(x) · x) + x²] = 2x
    const f = (x: tf.Tensor) => {
      const inner = noGrad(() =>
        tf.mul(
          noGrad(() => tf.clone(x)),
          x,
        ),
      );
      return tf.add(inner, tf.square(x));
    };
    expect(slope(f, 3)).toBeCloseTo(6, 5);
  });

  test('tf.grad works inside it, inside a recorded function', () => {
    // f(x) = x · c(d/dx x³) = x · c(3x²), so f′ = 3x².
    const f = (x: tf.Tensor) =>
      tf.mul(
        x,
        noGrad(() => tf.grad((z) => tf.pow(z, 3))(x)),
      );
    expect(slope(f, 2)).toBeCloseTo(12, 4);
  });

  test('tf.grad works inside the forward and the backward function of a customGrad', () => {
    const f = tf.customGrad((x, save) => {
      const inside = noGrad(() => tf.grad((z) => tf.square(z))(x as tf.Tensor)); // 2x
      (save as tf.GradSaveFunc)([x as tf.Tensor]);
      return {
        value: inside,
        gradFunc: (dy, [saved]) =>
          tf.mul(
            dy,
            noGrad(() => tf.grad((z) => tf.pow(z, 3))(saved as tf.Tensor)),
          ), // 3x²
      };
    });
    expect(f(tf.scalar(5)).dataSync()[0]).toBeCloseTo(10, 4);
    expect(slope((x) => tf.mul(2, f(x)), 2)).toBeCloseTo(24, 4);
  });

  test('variables used inside get no gradient, those outside do', () => {
    const [a, b] = [tf.variable(tf.scalar(2)), tf.variable(tf.scalar(3))];
    const { grads } = tf.variableGrads(
      () =>
        tf.mul(
          b,
          noGrad(() => tf.square(a)),
        ) as tf.Scalar,
      [a, b],
    );
    expect(grads[a.name]).toBeUndefined();
    expect(grads[b.name]!.dataSync()[0]).toBe(4);
    tf.dispose([a, b]);
  });

  test('the tape stands as before after a throw, wherever it happened', () => {
    const outside = tape();
    expect(() =>
      noGrad(() => {
        throw new Error('inside');
      }),
    ).toThrow('inside');
    expect(tape()).toEqual(outside);

    const f = (x: tf.Tensor) => {
      const recording = tape();
      expect(() => noGrad(() => tf.matMul(tf.ones([2, 3]), tf.ones([2, 3])))).toThrow();
      expect(tape().activeTape).toBe(recording.activeTape);
      expect(tape()).toEqual(recording);
      return tf.square(x);
    };
    expect(slope(f, 3)).toBeCloseTo(6, 5);
  });

  test('leaves only its result alive, outside and inside a gradient', () => {
    const x = tf.scalar(2);
    const before = tf.memory().numTensors;
    const y = noGrad(() => tf.tidy(() => tf.exp(tf.square(x))));
    expect(tf.memory().numTensors).toBe(before + 1);
    y.dispose();
    const g = tf.tidy(() =>
      tf.grad((z: tf.Tensor) =>
        tf.mul(
          z,
          noGrad(() => tf.exp(tf.square(z))),
        ),
      )(x),
    );
    expect(tf.memory().numTensors).toBe(before + 1);
    tf.dispose([g, x]);
  });
});
