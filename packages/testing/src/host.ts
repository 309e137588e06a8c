import { clone, concat, slice, tidy, type Tensor } from '@tensorflow/tfjs-core';
import type { Derivative } from './derivative';
import { dot, norm } from './float64';

/** The values of a tensor. */
export function valuesOf(t: Tensor): Float32Array {
  return t.dataSync<'float32'>();
}

/** The values of f(), with nothing left alive. */
export function read(f: () => Tensor): Float32Array {
  const t = tidy(() => clone(f())); // a clone, because f may return what it was given
  const values = valuesOf(t);
  t.dispose();
  return values;
}

/** The values of each example, a view per row of axis 0. */
export function examplesOf(t: Tensor): Float32Array[] {
  const batch = t.shape[0]!;
  const size = t.size / batch;
  const values = valuesOf(t);
  return Array.from({ length: batch }, (_, b) => values.subarray(b * size, (b + 1) * size));
}

/** ‖a − b‖ / max(‖a‖, ‖b‖) over all values, in float64; ∞ when the shapes differ. */
export function relativeError(a: Tensor, b: Tensor): number {
  if (a.shape.join() !== b.shape.join()) return Infinity;
  const [x, y] = [valuesOf(a), valuesOf(b)];
  const difference = norm(Float64Array.from(x, (value, i) => value - y[i]!));
  return difference === 0 ? 0 : difference / Math.max(norm(x), norm(y));
}

/** The largest of {@link relativeError} over the examples. */
export function worstExample(a: Tensor, b: Tensor): number {
  if (a.shape.join() !== b.shape.join()) return Infinity;
  const others = examplesOf(b);
  const errors = examplesOf(a).map((x, i) => {
    const difference = norm(Float64Array.from(x, (value, k) => value - others[i]![k]!));
    return difference === 0 ? 0 : difference / Math.max(norm(x), norm(others[i]!));
  });
  return Math.max(...errors);
}

/**
 * ‖exact − numerical‖ relative to the larger norm, where each value may differ by three times the
 * numerical derivative's own error: near a kink the difference quotient says nothing, and its error
 * says so.
 */
export function differenceError(exact: ArrayLike<number>, numerical: Derivative): number {
  const excess = Float64Array.from(numerical.value, (value, i) =>
    surplus(exact[i]! - value, 3 * numerical.error[i]!),
  );
  const size = norm(excess);
  return size === 0 ? 0 : size / Math.max(norm(exact), norm(numerical.value));
}

/** |⟨c, D⟩ − exact| beyond three times the error of D, unscaled. */
export function weightedError(exact: number, weights: Float32Array, numerical: Derivative): number {
  const allowed = norm(Float64Array.from(weights, (c, i) => c * numerical.error[i]!));
  return surplus(exact - dot(weights, numerical.value), 3 * allowed);
}

/** `f` on each example alone, joined: equal to f(x) when examples do not see each other. */
export function oneByOne(f: (x: Tensor) => Tensor, x: Tensor): Tensor {
  const rest = x.shape.slice(1);
  return concat(
    Array.from({ length: x.shape[0]! }, (_, b) => f(slice(x, [b, ...rest.map(() => 0)], [1, ...rest]))),
    0,
  );
}

/** True when no value is NaN or infinite. */
export function allFinite(t: Tensor): boolean {
  return valuesOf(t).every((value) => Number.isFinite(value));
}

function surplus(difference: number, allowed: number): number {
  const excess = Math.abs(difference) - allowed;
  return excess < 0 ? 0 : excess; // NaN stays NaN
}
