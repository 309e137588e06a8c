import { eventSize } from '@iresnet/core';
import type { Pipeline } from './pipeline';
import { discrete } from './columns/discrete';
import { belonging } from './columns/possible';
import { standardized } from './standardized';

/**
 * Examples that a model gave, in the form of its data. `score`, `classify`, `reconstruct` and
 * `interpolate` of the same model take them as they are.
 */
export interface Drawn {
  readonly count: number;
  /** `[d]`, or `[h, w, c]`. */
  readonly shape: readonly number[];
  /**
   * `[count, ...shape]`, row-major: rows in the units of the data; images as levels 0 … levels − 1.
   */
  readonly values: Float64Array | Uint8Array;
  /** `[count]`: whether every fixed-point iteration of the example reached its tolerance. */
  readonly converged: readonly boolean[];
}

/**
 * Collects what the device gives piece by piece: rows go back to the units of the data, images to
 * levels.
 *
 * @param asNew - Whether the rows are new ones, which have the decimals and the ends of their
 * columns.
 */
export function toData(pipeline: Pick<Pipeline, 'input' | 'model'>, count: number, asNew: boolean) {
  const { input } = pipeline;
  const shape = input.kind === 'table' ? [input.columns.length] : input.shape;
  const size = eventSize(shape);
  const values = input.kind === 'table' ? new Float64Array(count * size) : new Uint8Array(count * size);
  const converged: boolean[] = [];
  const { host } = standardized(pipeline);
  const whole = input.kind === 'table' ? discrete(input.kinds) : null;
  const belong = asNew && input.kind === 'table' ? belonging(input.possible) : null;
  const rowOf = (x: Float32Array): Float64Array => {
    const row = host?.toData(x) ?? Float64Array.from(x);
    whole?.quantize(row);
    return belong?.(row) ?? row;
  };
  const toUnits: (x: Float32Array) => ArrayLike<number> =
    input.kind === 'images' ? (x) => x.map(levelOf(input.levels)) : rowOf;
  return {
    converged,
    /** Put examples, as the device has them, from number `from` on. */
    put(x: Float32Array, from: number): void {
      for (let at = 0; at < x.length; at += size)
        values.set(toUnits(x.subarray(at, at + size)), from * size + at);
    },
    result: (): Drawn => ({ count, shape, values, converged }),
  };
}

/** ⌊(x + ½) L⌋ within 0 … L − 1. */
function levelOf(levels: number): (x: number) => number {
  return (x) => Math.min(Math.max(Math.floor((x + 0.5) * levels), 0), levels - 1);
}
