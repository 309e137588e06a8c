import { engine } from '@tensorflow/tfjs-core';

/** The three fields of the engine that decide whether an op is recorded. */
interface TapeState {
  gradientDepth: number;
  kernelDepth: number;
  activeTape: unknown;
}

/**
 * Run `f` without recording it on the gradient tape: for what encloses it, the result is a
 * constant.
 *
 * TensorFlow.js has no stop-gradient. With this function a value and a gradient can come from
 * different expressions: `value + s − noGrad(s)` has the value of the first and the gradient of the
 * second. Nests, and `tf.grad` may be used inside. `f` is synchronous; its result belongs to the
 * caller's tidy. Only what `f` computes becomes constant: a tensor from outside that it returns as
 * it is stays on the tape, so clone it.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { noGrad } from '@iresnet/core';
 *
 * // d/dx of x · constant(x) at x = 3 is 3, not 6.
 * const slope = tf.grad((x) => tf.mul(x, noGrad(() => tf.clone(x))))(tf.scalar(3));
 * slope.print();
 * ```
 */
export function noGrad<T>(f: () => T): T {
  const state = engine().state as unknown as TapeState;
  const { gradientDepth, kernelDepth, activeTape } = state;
  state.gradientDepth = 0;
  state.kernelDepth = 0;
  state.activeTape = null;
  try {
    return f();
  } finally {
    state.gradientDepth = gradientDepth;
    state.kernelDepth = kernelDepth;
    state.activeTape = activeTape;
  }
}
