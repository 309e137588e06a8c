import { eventSize } from '@iresnet/core';
import type { Pipeline } from './pipeline';
import { standardized } from './standardized';

/** Examples that a model gave, in the form of its data. */
export interface Drawn {
  readonly count: number;
  /** `[d]`, or `[h, w, c]`. */
  readonly shape: readonly number[];
  /** `[count, ...shape]`, row-major: rows in the units of the data; images as levels 0 … levels − 1. */
  readonly values: Float64Array | Uint8Array;
  /** `[count]`: whether every fixed-point iteration of the example reached its tolerance. */
  readonly converged: readonly boolean[];
}

/** Collects what the device gives piece by piece: rows go back to the units of the data, images to levels. */
export function toData(pipeline: Pick<Pipeline, 'input' | 'model'>, count: number) {
  const { input } = pipeline;
  const shape = input.kind === 'table' ? [input.columns.length] : input.shape;
  const size = eventSize(shape);
  const values = input.kind === 'table' ? new Float64Array(count * size) : new Uint8Array(count * size);
  const converged: boolean[] = [];
  const { mean, deviation } = standardized(pipeline);
  const toUnits =
    input.kind === 'images'
      ? levelOf(input.levels)
      : (z: number, j: number) => z * (deviation[j] ?? 1) + (mean[j] ?? 0);
  return {
    converged,
    /** Put examples, as the device has them, from number `from` on. */
    put(x: Float32Array, from: number): void {
      x.forEach((value, i) => (values[from * size + i] = toUnits(value, i % size)));
    },
    result: (): Drawn => ({ count, shape, values, converged }),
  };
}

/** ⌊(x + ½) L⌋ within 0 … L − 1. */
function levelOf(levels: number): (x: number) => number {
  return (x) => Math.min(Math.max(Math.floor((x + 0.5) * levels), 0), levels - 1);
}
