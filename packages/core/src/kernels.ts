import {
  add,
  concat1d,
  engine,
  getBackend,
  getKernel,
  matMul,
  mul,
  reshape,
  sum,
  type NamedAttrMap,
  type NamedTensorMap,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type TensorInfo,
} from '@tensorflow/tfjs-core';

/*
 * Ops of which a training step makes hundreds. An op of TensorFlow.js converts and checks its
 * arguments and opens a scope, which costs more than many a kernel. Where nothing is recorded, as
 * inside a `customOp`, these call the kernel at once; elsewhere they are the ops.
 */

/** Whether nothing is recorded now, so that a kernel may be called without its op. */
export function untaped(): boolean {
  const { gradientDepth, kernelDepth } = engine().state;
  return gradientDepth === 0 || kernelDepth > 0;
}

function run<T extends Tensor>(name: string, inputs: Record<string, TensorInfo>, attrs: object = {}): T {
  return engine().runKernel(name, inputs as NamedTensorMap, attrs as NamedAttrMap) as T;
}

/** Backends on which the values of a tensor lie in memory in the same way under every shape. */
const FLAT: ReadonlySet<string> = new Set(['wasm', 'cpu']);

/** x under another shape, as the input of a kernel. */
function shaped(x: Tensor, shape: number[]): TensorInfo {
  if (x.rank === shape.length) return x;
  if (!untaped() || !FLAT.has(getBackend())) return reshape(x, shape);
  return { dataId: x.dataId, shape, dtype: x.dtype };
}

/** x as a matrix of rows: its last axis, and all others as one. */
function asRows(x: Tensor): TensorInfo {
  const width = x.shape[x.rank - 1]!;
  return shaped(x, [x.size / Math.max(1, width), width]);
}

/** Kernels for two ops at once that a backend may have; `@iresnet/backend` adds them to wasm. */
export const fusedKernels = {
  /** { x, kernel, bias } ↦ x K + b. */
  affine: 'IResNetAffine',
  /** { x, a, b } ↦ x + a ⊙ b. */
  multiplyAdd: 'IResNetMultiplyAdd',
  /** { a, b } ↦ Σ a ⊙ b over the first axis. */
  sumOfTimes: 'IResNetSumOfTimes',
} as const;

/** Whether nothing is recorded and the backend has a kernel. */
const hasFused = (name: string): boolean =>
  untaped() && (getKernel(name, getBackend()) as unknown) !== undefined;

const bare = (a: Tensor, b: Tensor): boolean => untaped() && a.dtype === b.dtype;

/** a ⊙ b, as `tf.mul`. */
export function times(a: Tensor, b: Tensor): Tensor {
  return bare(a, b) ? run('Multiply', { a, b }) : mul(a, b);
}

/** a + b, as `tf.add`. */
export function plus(a: Tensor, b: Tensor): Tensor {
  return bare(a, b) ? run('Add', { a, b }) : add(a, b);
}

/** x + a ⊙ b. */
export function plusTimes(x: Tensor, a: Tensor, b: Tensor): Tensor {
  return hasFused(fusedKernels.multiplyAdd)
    ? run(fusedKernels.multiplyAdd, { x, a, b })
    : plus(x, times(a, b));
}

/** Σ a ⊙ b over the first axis. */
export function sumOfTimes(a: Tensor, b: Tensor): Tensor {
  return hasFused(fusedKernels.sumOfTimes) ? run(fusedKernels.sumOfTimes, { a, b }) : sum(times(a, b), 0);
}

/** x K + b for rows x, `[B, n]`, `[n, m]` and `[m]`, or null where it would be two ops. */
export function affine(x: Tensor, kernel: Tensor, bias: Tensor): Tensor | null {
  const [inputs, outputs] = kernel.shape;
  const fits = x.rank === 2 && x.shape[1] === inputs && bias.rank === 1 && bias.size === outputs;
  return fits && hasFused(fusedKernels.affine) ? run(fusedKernels.affine, { x, kernel, bias }) : null;
}

/** x K over the last axis, `[…, n]` by `[n, m]`, whatever the number of leading axes. */
export function rowsTimes(x: Tensor, kernel: Tensor): Tensor {
  const rows = asRows(x);
  const product = bare(x, kernel)
    ? run('BatchMatMul', { a: rows, b: kernel }, { transposeA: false, transposeB: false })
    : matMul(rows as Tensor2D, kernel as Tensor2D);
  if (x.rank === 2) return product;
  const shape = [...x.shape.slice(0, -1), kernel.shape[1]!];
  return untaped() ? run('Reshape', { x: product }, { shape }) : reshape(product, shape);
}

/** Σ xᵀy over all rows, `[…, n]` and `[…, m]` to `[n, m]`. */
export function sumOfProducts(x: Tensor, y: Tensor): Tensor {
  const [a, b] = [asRows(x), asRows(y)];
  return bare(x, y)
    ? run('BatchMatMul', { a, b }, { transposeA: true, transposeB: false })
    : matMul(a as Tensor2D, b as Tensor2D, true, false);
}

/** The values of all tensors, one after the other, as one vector. */
export function concatFlat(tensors: readonly Tensor[]): Tensor1D {
  if (tensors.length === 1 || !untaped() || tensors.some(({ dtype }) => dtype !== 'float32'))
    return concat1d(tensors.map((x) => reshape(x, [x.size])));
  // The kernel takes its inputs as a list.
  const vectors = tensors.map((x) => shaped(x, [x.size])) as unknown as Record<string, TensorInfo>;
  return run('Concat', vectors, { axis: 0 });
}
