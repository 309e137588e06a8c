import { reshape, Tensor } from '@tensorflow/tfjs-core';
import type { DifferentiableMap, LipschitzMap } from '@iresnet/core';
import { described, ensure } from '@iresnet/core/internal';

/**
 * f: a bare function, or a map that can `linearize` (needed by `newtonGmres`) and may know its
 * rounding (needed for a proven bound). It takes `[B, ...event]` to `[B, ...event]`, row by row.
 */
export type MapOrFunction =
  | ((x: Tensor) => Tensor)
  | (Pick<DifferentiableMap, 'apply' | 'linearize'> & Pick<LipschitzMap, 'applyWithRounding'>);

/** A map on flat examples that counts its evaluations. */
export interface FlatMap {
  apply(x: Tensor): Tensor;
  linearize?(x: Tensor): { fx: Tensor; product: (v: Tensor) => Tensor };
  /** f(x) and `[B]`: a bound of its rounding. Absent where that is not known. */
  rounded?(x: Tensor): { fx: Tensor; rounding: Tensor };
  readonly evaluations: number;
}

/** See `f` as a map `[B, d] → [B, d]`. */
export function flatMap(name: string, f: MapOrFunction, shape: readonly number[]): FlatMap {
  ensure(
    typeof f === 'function' || typeof (f as Partial<DifferentiableMap> | undefined)?.apply === 'function',
    name,
    () => `expected a function or a map with apply(), got ${described(f)}`,
  );
  let evaluations = 0;
  const flat = (t: Tensor): Tensor => {
    ensure(t instanceof Tensor, name, () => `expected a map that returns a tensor, got ${described(t)}`);
    ensure(
      t.shape.length === shape.length && t.shape.every((n, i) => n === shape[i]),
      name,
      () => `expected a map that keeps the shape [${shape}], got [${t.shape}]`,
    );
    return reshape(t, [shape[0]!, -1]);
  };
  const event = (t: Tensor): Tensor => reshape(t, [...shape]);
  const map: FlatMap = {
    apply(x) {
      evaluations++;
      return flat(typeof f === 'function' ? f(event(x)) : f.apply(event(x)));
    },
    get evaluations() {
      return evaluations;
    },
  };
  if (typeof f === 'function') return map;
  if (typeof f.applyWithRounding === 'function') {
    map.rounded = (x) => {
      evaluations++;
      const { y, rounding } = f.applyWithRounding!(event(x));
      return { fx: flat(y), rounding };
    };
  }
  if (typeof f.linearize !== 'function') return map;
  map.linearize = (x) => {
    evaluations++;
    const { y, jacobian } = f.linearize(event(x));
    const product = (v: Tensor): Tensor => {
      evaluations++;
      return flat(jacobian.matvec(event(v)));
    };
    return { fx: flat(y), product };
  };
  return map;
}
