import { concat, getBackend, gather, slice, tensor1d, type Tensor } from '@tensorflow/tfjs-core';
import type { Results } from './pieces';

/** Values that a vector instruction of any processor holds at most. */
const LANES = 16;

/** A batch whose size does not decide the last bits of its examples. */
export interface EvenBatch {
  /** How many examples it has with its padding. */
  readonly rows: number;
  /** The examples with copies of the last one. */
  padded(x: Tensor): Tensor;
  /** Results without those of the copies. */
  cut(results: Results): Results;
}

/**
 * A batch of `count` examples, on the native backend filled up to a multiple of 16: its elementwise
 * functions compute what a vector instruction does not fill in another way, to other last bits. On
 * other backends the batch is as it is.
 */
export function evenly(count: number): EvenBatch {
  const more = getBackend() === 'tensorflow' ? (LANES - (count % LANES)) % LANES : 0;
  if (more === 0) return { rows: count, padded: (x) => x, cut: (results) => results };
  return {
    rows: count + more,
    padded: (x) => concat([x, gather(x, tensor1d(new Int32Array(more).fill(count - 1), 'int32'))], 0),
    cut: (results) =>
      Object.fromEntries(Object.entries(results).map(([name, t]) => [name, slice(t, [0], [count])])),
  };
}
