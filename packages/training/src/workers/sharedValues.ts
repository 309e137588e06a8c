import type { DataType, Tensor, Variable } from '@tensorflow/tfjs-core';
import type { Params } from '@iresnet/core';
import { toTensor } from './hostBatch';

/** Bytes of a value of any type in shared memory. */
export const WORD = 4;

/** Name, shape and type of a variable: what two threads must agree on. */
export interface Layout {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: DataType;
  readonly trainable: boolean;
}

/** The variables of a module in their order. */
export function layoutOf(params: Params): Layout[] {
  return Object.entries(params).map(([name, { shape, dtype, trainable }]) => ({
    name,
    shape: [...shape],
    dtype,
    trainable,
  }));
}

/** Number of values of some variables. */
export function wordsOf(params: Params): number {
  return Object.values(params).reduce((sum, { size }) => sum + size, 0);
}

/** The place of each variable in shared memory that holds them all, one after the other. */
export function viewsOf(memory: SharedArrayBuffer, params: Params): (Float32Array | Int32Array)[] {
  let at = 0;
  return Object.values(params).map(({ dtype, size }) => {
    const from = WORD * at;
    at += size;
    return dtype === 'float32' ? new Float32Array(memory, from, size) : new Int32Array(memory, from, size);
  });
}

/** Set a variable from its place in shared memory. */
export function assignFrom(variable: Variable, view: Float32Array | Int32Array): void {
  const { shape, dtype } = variable;
  // A tensor may keep the array that it is made from.
  const values = dtype === 'bool' ? Uint8Array.from(view) : view.slice();
  const value: Tensor = toTensor({ values, shape: [...shape], dtype });
  variable.assign(value);
  value.dispose();
}
