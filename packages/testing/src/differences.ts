import { add, mul, tensor, type Tensor } from '@tensorflow/tfjs-core';
import type { Derivative } from './derivative';
import type { Matrix } from './float64';
import { read } from './host';

/**
 * Default step h. For float32 values of order one it balances rounding (1e-5) against truncation
 * (h⁴).
 */
export const STEP = 2 ** -7;

/**
 * c′(0) of a curve t ↦ c(t) by central differences at steps h and h/2 with Richardson's
 * extrapolation, (4 D(h/2) − D(h))/3, whose error is of order h⁴.
 *
 * Everything to differentiate is a curve: a direction of x (`t => f(x + t v)`), of a parameter, of
 * one entry of a matrix. Four evaluations of the curve.
 *
 * @param curve - c, from a number to any fixed count of numbers, in float64 or read back from
 * float32.
 * @param step - h.
 *
 * @example
 * ```ts
 * import { finiteDifference } from '@iresnet/testing';
 *
 * console.log(finiteDifference((t) => [Math.exp(t), Math.sin(2 * t)]).value); // [1, 2], to nine digits
 * ```
 */
export function finiteDifference(curve: (t: number) => ArrayLike<number>, step = STEP): Derivative {
  const far = [curve(step), curve(-step)] as const;
  const near = [curve(step / 2), curve(-step / 2)] as const;
  const value = new Float64Array(far[0].length);
  const error = new Float64Array(value.length);
  for (let i = 0; i < value.length; i++) {
    const wide = (far[0][i]! - far[1][i]!) / (2 * step);
    const narrow = (near[0][i]! - near[1][i]!) / step;
    const rounding = (2 ** -22 * Math.max(Math.abs(far[0][i]!), Math.abs(far[1][i]!))) / step;
    value[i] = (4 * narrow - wide) / 3;
    error[i] = Math.abs(wide - narrow) + rounding;
  }
  return { value, error };
}

/**
 * The Jacobians ∂f/∂x of every example, `[B][out][in]`, in float64 from finite differences of f
 * alone: the truth that Jacobian products and log-determinants are held against. 4·in evaluations
 * of f.
 *
 * @param f - `[B, ...in] → [B, ...out]`, one example independent of the others.
 * @param x - `[B, ...in]`.
 * @param step - h of {@link finiteDifference}; x ± h must lie in the domain of f.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { numericalJacobian } from '@iresnet/testing';
 *
 * const [first] = numericalJacobian((x) => tf.square(x), tf.tensor2d([[3, 4]]));
 * console.log(first); // [[6, 0], [0, 8]], to four digits
 * ```
 */
export function numericalJacobian(f: (x: Tensor) => Tensor, x: Tensor, step = STEP): Matrix[] {
  const batch = x.shape[0]!;
  const inputs = x.size / batch;
  const columns = Array.from({ length: inputs }, (_, j) => {
    const basis = Float32Array.from({ length: x.size }, (_, i) => (i % inputs === j ? 1 : 0));
    return directionalDerivative(f, x, basis, step).value;
  });
  const outputs = columns[0]!.length / batch;
  return Array.from({ length: batch }, (_, b) =>
    Array.from({ length: outputs }, (_, i) => columns.map((column) => column[b * outputs + i]!)),
  );
}

/** d/dt f(x + t v) at t = 0. */
export function directionalDerivative(
  f: (x: Tensor) => Tensor,
  x: Tensor,
  v: Float32Array,
  step: number,
): Derivative {
  return finiteDifference((t) => read(() => f(add(x, mul(t, tensor(v, x.shape, 'float32'))))), step);
}
