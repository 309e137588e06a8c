import { eventSize } from '@iresnet/core';
import type { Input } from './input';

/** Examples that a model gave, in the form of its data. */
export interface Drawn {
  readonly count: number;
  /** `[d]`, or `[h, w, c]`. */
  readonly shape: readonly number[];
  /** `[count, ...shape]`, row-major: rows in the units of the data; images as levels 0 … levels − 1. */
  readonly values: Float32Array | Uint8Array;
  /** `[count]`: whether every fixed-point iteration of the example reached its tolerance. */
  readonly converged: readonly boolean[];
}

/** Collects what a model gives piece by piece; images become levels. */
export function toData(input: Input, count: number) {
  const shape = input.kind === 'table' ? [input.columns.length] : input.shape;
  const size = eventSize(shape);
  const values = input.kind === 'table' ? new Float32Array(count * size) : new Uint8Array(count * size);
  const converged: boolean[] = [];
  const level = input.kind === 'images' ? levelOf(input.levels) : (x: number) => x;
  return {
    converged,
    /** Put examples, as the model has them, from number `from` on. */
    put(x: Float32Array, from: number): void {
      x.forEach((value, i) => (values[from * size + i] = level(value)));
    },
    result: (): Drawn => ({ count, shape, values, converged }),
  };
}

/** ⌊(x + ½) L⌋ within 0 … L − 1. */
function levelOf(levels: number): (x: number) => number {
  return (x) => Math.min(Math.max(Math.floor((x + 0.5) * levels), 0), levels - 1);
}
