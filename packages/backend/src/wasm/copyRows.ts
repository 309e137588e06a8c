import { util, type TensorInfo } from '@tensorflow/tfjs-core';
import type { WasmBackend } from './replaceKernel';

/**
 * Rows of equal width in a tensor. The first begins at value `start`, the next ones `stride` values
 * on.
 */
export interface Rows {
  readonly tensor: TensorInfo;
  readonly start: number;
  readonly stride: number;
}

/** Rows of this length or longer are left to memmove. */
const LONG = 24;

/** Copy `rows` rows of `width` values. */
export function copyRows(backend: WasmBackend, from: Rows, to: Rows, rows: number, width: number): void {
  const bytes = util.bytesPerElement(to.tensor.dtype);
  const heap: Int32Array | Uint8Array =
    bytes === 1 ? backend.wasm.HEAPU8 : new Int32Array(backend.wasm.HEAPU8.buffer);
  const offset = (r: Rows): number => backend.dataIdMap.get(r.tensor.dataId).memoryOffset / bytes + r.start;
  let source = offset(from);
  let target = offset(to);
  for (let row = 0; row < rows; row++) {
    if (width >= LONG) heap.copyWithin(target, source, source + width);
    else for (let i = 0; i < width; i++) heap[target + i] = heap[source + i]!;
    source += from.stride;
    target += to.stride;
  }
}

/** The number of values, or rows, of the axes before `axis`. */
export const before = (shape: readonly number[], axis: number): number =>
  util.sizeFromShape(shape.slice(0, axis));
/** The number of values of `axis` and the axes after it. */
export const from = (shape: readonly number[], axis: number): number => util.sizeFromShape(shape.slice(axis));

/** Bring every input into the memory of the backend, before the first address is taken. */
export function touch(backend: WasmBackend, tensors: readonly TensorInfo[]): void {
  for (const { dataId } of tensors) backend.dataIdMap.get(dataId);
}

/** The part `[begin, begin + size)` of one axis, as a tensor of the given shape. */
export function cut(
  backend: WasmBackend,
  x: TensorInfo,
  axis: number,
  begin: number,
  size: number,
  shape: number[],
): TensorInfo {
  touch(backend, [x]);
  const out = backend.makeOutput(shape, x.dtype);
  const inner = from(x.shape, axis + 1);
  const stride = x.shape[axis]! * inner;
  const width = size * inner;
  copyRows(
    backend,
    { tensor: x, start: begin * inner, stride },
    { tensor: out, start: 0, stride: width },
    before(x.shape, axis),
    width,
  );
  return out;
}

/** The inputs side by side: each gives the same number of values to each of `outer` rows. */
export function join(
  backend: WasmBackend,
  inputs: readonly TensorInfo[],
  outer: number,
  shape: number[],
): TensorInfo {
  touch(backend, inputs);
  const out = backend.makeOutput(shape, inputs[0]!.dtype);
  const stride = outer === 0 ? 0 : util.sizeFromShape(shape) / outer;
  let start = 0;
  for (const tensor of inputs) {
    const width = outer === 0 ? 0 : util.sizeFromShape(tensor.shape) / outer;
    copyRows(backend, { tensor, start: 0, stride: width }, { tensor: out, start, stride }, outer, width);
    start += width;
  }
  return out;
}
