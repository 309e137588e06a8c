import { backend_util, slice_util, util, type TensorInfo } from '@tensorflow/tfjs-core';
import { before, copyRows, cut, from, join, touch, type Rows } from './copyRows';
import { replaceWasmKernel, type WasmBackend, type WasmKernel } from './replaceKernel';

function along(axis: unknown, rank: number): number {
  return (axis as number) < 0 ? (axis as number) + rank : (axis as number);
}

const movable = (...tensors: TensorInfo[]): boolean =>
  tensors.every((t) => t.dtype !== 'string' && t.dtype !== 'complex64' && t.dtype === tensors[0]!.dtype);

const concat: WasmKernel = (inputs, attrs, backend, original) => {
  const tensors = Object.values(inputs).filter((t) => util.sizeFromShape(t.shape) > 0);
  if (tensors.length < 2 || !movable(...tensors)) return original();
  const axis = along(attrs['axis'], tensors[0]!.shape.length);
  const shapes = tensors.map((t) => t.shape);
  backend_util.assertParamsConsistent(shapes, axis);
  return join(backend, tensors, before(shapes[0]!, axis), backend_util.computeOutShape(shapes, axis));
};

const pack: WasmKernel = (inputs, attrs, backend, original) => {
  const tensors = Object.values(inputs);
  const { shape } = tensors[0]!;
  // The original kernel refuses shapes that differ.
  if (!movable(...tensors) || !tensors.every((t) => util.arraysEqual(t.shape, shape))) return original();
  const axis = along(attrs['axis'], shape.length + 1);
  return join(backend, tensors, before(shape, axis), [
    ...shape.slice(0, axis),
    tensors.length,
    ...shape.slice(axis),
  ]);
};

const unpack: WasmKernel = ({ value }, attrs, backend, original) => {
  if (!movable(value!)) return original();
  const axis = along(attrs['axis'], value!.shape.length);
  const shape = value!.shape.filter((_, i) => i !== axis);
  return Array.from({ length: value!.shape[axis]! }, (_, i) => cut(backend, value!, axis, i, 1, [...shape]));
};

const splitV: WasmKernel = ({ x }, attrs, backend, original) => {
  if (!movable(x!)) return original();
  const axis = along(attrs['axis'], x!.shape.length);
  const sizes = backend_util.prepareSplitSize(
    x as never,
    attrs['numOrSizeSplits'] as number[] | number,
    axis,
  );
  let begin = 0;
  return sizes.map((size) => {
    const part = cut(
      backend,
      x!,
      axis,
      begin,
      size,
      x!.shape.map((n, i) => (i === axis ? size : n)),
    );
    begin += size;
    return part;
  });
};

/** A cut of one axis. A cut of several axes goes to the original kernel. */
const slice: WasmKernel = ({ x }, attrs, backend, original) => {
  if (!movable(x!)) return original();
  const [begin, size] = slice_util.parseSliceParams(
    x!,
    attrs['begin'] as number[],
    attrs['size'] as number[],
  ) as [number[], number[]];
  const axes = x!.shape.flatMap((n, i) => (n === size[i] ? [] : [i]));
  if (axes.length !== 1) return original();
  slice_util.assertParamsValid(x!, begin, size);
  return cut(backend, x!, axes[0]!, begin[axes[0]!]!, size[axes[0]!]!, size);
};

/** A second tensor with the same data. Data of a tensor never changes. */
function share(backend: WasmBackend, x: TensorInfo): TensorInfo {
  backend.incRef(x.dataId);
  return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
}

/**
 * Apply a copy along each axis in turn, and free the results in between. Without an axis, share the
 * data.
 */
function eachAxis(
  backend: WasmBackend,
  x: TensorInfo,
  axes: readonly number[],
  step: (x: TensorInfo, axis: number) => TensorInfo,
): TensorInfo {
  if (axes.length === 0) return share(backend, x);
  return axes.reduce((current, axis) => {
    const next = step(current, axis);
    if (current !== x) backend.disposeData(current.dataId);
    return next;
  }, x);
}

const tile: WasmKernel = ({ x }, attrs, backend, original) => {
  const reps = attrs['reps'] as number[];
  const axes = reps.flatMap((n, i) => (n === 1 ? [] : [i])).reverse();
  if (!movable(x!)) return original();
  return eachAxis(backend, x!, axes, (current, axis) => {
    touch(backend, [current]);
    const count = reps[axis]!;
    const out = backend.makeOutput(
      current.shape.map((n, i) => (i === axis ? n * count : n)),
      x!.dtype,
    );
    if (count === 0) return out;
    const width = from(current.shape, axis);
    const rows = before(current.shape, axis);
    const target = (copies: number): Rows => ({ tensor: out, start: copies * width, stride: count * width });
    copyRows(backend, { tensor: current, start: 0, stride: width }, target(0), rows, width);
    // The copies made so far are copied to the place behind them: twice as many each time.
    for (let copies = 1; copies < count; copies *= 2) {
      copyRows(backend, target(0), target(copies), rows, Math.min(copies, count - copies) * width);
    }
    return out;
  });
};

const reverse: WasmKernel = ({ x }, attrs, backend, original) => {
  const axes = util.parseAxisParam(attrs['dims'] as number[], x!.shape).filter((axis) => x!.shape[axis]! > 1);
  if (!movable(x!)) return original();
  return eachAxis(backend, x!, axes, (current, axis) => {
    touch(backend, [current]);
    const out = backend.makeOutput([...x!.shape], x!.dtype);
    const length = x!.shape[axis]!;
    const width = from(x!.shape, axis + 1);
    const stride = length * width;
    for (let i = 0; i < length; i++) {
      const to = { tensor: out, start: (length - 1 - i) * width, stride };
      copyRows(backend, { tensor: current, start: i * width, stride }, to, before(x!.shape, axis), width);
    }
    return out;
  });
};

/**
 * A clone saves a tensor for the backward pass. The backend copies all its values; this shares
 * them.
 */
const identity: WasmKernel = ({ x }, _attrs, backend, original) =>
  x!.dtype === 'string' ? original() : share(backend, x!);

const cast: WasmKernel = ({ x }, attrs, backend, original) =>
  x!.dtype === 'string' || x!.dtype !== attrs['dtype'] ? original() : share(backend, x!);

/**
 * Replace the kernels that only move values by plain copies. The originals spend 0.1 µs on each row
 * or value.
 */
export function accelerateLayout(): void {
  const kernels = {
    Identity: identity,
    Cast: cast,
    Concat: concat,
    Pack: pack,
    Unpack: unpack,
    SplitV: splitV,
    Slice: slice,
    Tile: tile,
    Reverse: reverse,
  };
  for (const [name, kernel] of Object.entries(kernels)) replaceWasmKernel(name, kernel);
}
