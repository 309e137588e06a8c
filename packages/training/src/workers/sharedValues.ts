import type { DataType, Tensor, Variable } from '@tensorflow/tfjs-core';
import type { Params } from '@iresnet/core';
import { trainedParams } from '../paramValues';
import { toTensor } from './hostBatch';
import { runningOf } from './running';

/** Bytes of a value of any type in memory that two threads, or two parts of one, share. */
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
export function wordsOf(variables: readonly Pick<Variable, 'size'>[]): number {
  return variables.reduce((sum, { size }) => sum + size, 0);
}

/** Memory for what is found of the micro-batches of a step. */
export interface Answers {
  readonly memory: ArrayBufferLike;
  /** The gradient of a micro-batch, and what it adds to the variables that each batch moves. */
  at(place: number): { readonly gradient: Float32Array; readonly moves: Float32Array };
}

/** See {@link Answers}. */
export function answersFor(params: Params, memory: ArrayBufferLike): Answers {
  return answersOf(answerSizes(params), memory);
}

/** Values of a gradient, and of what a batch adds to the variables that each batch moves. */
export function answerSizes(params: Params): readonly [size: number, moved: number] {
  return [wordsOf(trainedParams(params).trainable), wordsOf(runningOf(params))];
}

/** Bytes of {@link Answers} to so many micro-batches. */
export function answerBytes([size, moved]: readonly [number, number], microBatches: number): number {
  return WORD * (size + moved) * microBatches;
}

/** {@link answersFor} of known sizes. */
export function answersOf(sizes: readonly [number, number], memory: ArrayBufferLike): Answers {
  const [size, moved] = sizes;
  return {
    memory,
    at: (place) => ({
      gradient: new Float32Array(memory, answerBytes(sizes, place), size),
      moves: new Float32Array(memory, answerBytes(sizes, place) + WORD * size, moved),
    }),
  };
}

/** The place of each variable in shared memory that holds them all, one after the other. */
export function viewsOf(
  memory: ArrayBufferLike,
  variables: readonly Pick<Variable, 'dtype' | 'size'>[],
): (Float32Array | Int32Array)[] {
  let at = 0;
  return variables.map(({ dtype, size }) => {
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
