import { tensor, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { eventSize, noGrad, type LinearOperator, type Shape } from '@iresnet/core';
import { checkTensor, ensure } from '@iresnet/core/internal';
import { checkIterationOptions, checkOperator, type PowerIterationOptions } from './iterationOptions';
import { align, dot, orthonormalize, type Rows } from './rows';

/** The left vectors that {@link subspaceIteration} starts from. They need not be of unit length. */
export interface SingularStart {
  /** `[1, ...outShape]`. */
  readonly u: Tensor;
  /** `[p − 1, ...outShape]`; none for p = 1. */
  readonly rest?: Tensor | undefined;
}

/**
 * The result of {@link subspaceIteration}, and a start of the next. The tensors are the caller's.
 */
export interface SingularSubspace extends SingularStart {
  /** ⟨u, A v⟩: an estimate of the largest singular value that is never above it. */
  readonly sigma: number;
  /** Right singular vector of u, `[1, ...inShape]`, of unit length; zero where A is zero. */
  readonly v: Tensor;
  /** Steps done. */
  readonly steps: number;
}

/**
 * Power iteration of p vectors at once, V ← AᵀU, U ← AV: V is turned by a p×p rotation until its
 * vectors are orthogonal, which orders them by their singular values, and U is made orthonormal.
 *
 * One vector converges like (σ₂/σ₁)²ᵏ, and after σ₂ has passed σ₁ in the course of training it
 * follows only as fast as σ₂/σ₁ moves away from 1: some 60 to 100 steps. Of p vectors the first
 * converges like (σₚ₊₁/σ₁)²ᵏ, and when two of those that are followed change places, the rotation
 * exchanges them at once. A value that comes from below the p-th is found as late as by one vector.
 *
 * @param a - The operator at its true shape.
 * @param start - p start vectors: the result of the last call, or random ones. A vector that lies
 * in the span of those before it is replaced.
 * @param options - Tolerance and cap. Each of the p estimates must settle within `rtol` of the
 * largest.
 * @returns σ, u and v of the largest singular value, and the other left vectors in `rest`. It costs
 * two products of p vectors a step with a readback of each, or one readback of A where A has
 * products on the host. The result is a constant for an enclosing gradient.
 * @throws IResNetError when A is not an operator, a start vector is not a living float32 tensor of
 * its shape, or an option is unknown or out of range.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { denseOperator } from '@iresnet/core';
 * import { subspaceIteration } from '@iresnet/spectral-norm';
 *
 * const start = { u: tf.tensor2d([[1, 0, 0]]), rest: tf.tensor2d([[1, 1, 0]]) };
 * const before = denseOperator(tf.tensor2d([[3, 0, 0], [0, 2, 0], [0, 0, 1]]));
 * const found = subspaceIteration(before, start);
 * const after = denseOperator(tf.tensor2d([[3, 0, 0], [0, 4, 0], [0, 0, 1]]));
 * console.log(found.sigma, subspaceIteration(after, found, { maxSteps: 1 }).sigma); // 3 4
 * ```
 *
 * @see Miyato et al., Spectral Normalization for GANs (arXiv 1802.05957), for one vector; Saad,
 * Numerical Methods for Large Eigenvalue Problems, chapter 5.
 */
export function subspaceIteration(
  a: LinearOperator,
  start: SingularStart,
  options: PowerIterationOptions = {},
): SingularSubspace {
  const where = 'spectral-norm.subspaceIteration';
  checkOperator(where, a);
  checkStart(where, a, start);
  checkIterationOptions(where, options);
  const { rtol = 1e-4, maxSteps = 100 } = options;
  let u = [start.u, ...(start.rest ? [start.rest] : [])].flatMap(rowsOf);
  orthonormalize(u);
  let v: Rows = [];
  let image = u[0]!;
  let steps = 0;
  noGrad(() => {
    const { matvec, rmatvec } = productsOf(a);
    for (let settled = false; !settled && steps < maxSteps; steps++) {
      v = rmatvec(u);
      const lower = align(v);
      const next = matvec(v);
      image = next[0]!.slice();
      const upper = orthonormalize(next, u);
      // The negated comparison stops on NaN too.
      settled = upper.every((length, k) => !(Math.abs(length - lower[k]!) > rtol * upper[0]!));
      u = next;
    }
  });
  const [first, ...others] = u;
  return {
    u: tensorOf([first!], a.outShape),
    v: tensorOf([v[0]!], a.inShape),
    rest: others.length > 0 ? tensorOf(others, a.outShape) : undefined,
    sigma: dot(round(first!), image),
    steps,
  };
}

/**
 * ⟨u, A v⟩ of vectors that {@link subspaceIteration} found for this operator: its σ to the last
 * bit, without iterating. The product has as many vectors as there, since that of one may round
 * differently.
 *
 * @param a - The operator at its true shape.
 * @param found - u, v and the other left vectors, of which only the number counts.
 * @returns The value. It costs one product of p vectors and its readback. It is a constant for an
 * enclosing gradient; {@link singularValue} is taped.
 * @throws IResNetError when A is not an operator, or a vector is not a living float32 tensor of its
 * shape.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { denseOperator } from '@iresnet/core';
 * import { subspaceIteration, subspaceValue } from '@iresnet/spectral-norm';
 *
 * const a = denseOperator(tf.tensor2d([[3, 1], [1, 2]]));
 * const found = subspaceIteration(a, { u: tf.tensor2d([[1, 0]]), rest: tf.tensor2d([[0, 1]]) });
 * console.log(subspaceValue(a, found) === found.sigma); // true
 * ```
 */
export function subspaceValue(
  a: LinearOperator,
  { u, v, rest }: SingularStart & { readonly v: Tensor },
): number {
  const where = 'spectral-norm.subspaceValue';
  checkOperator(where, a);
  checkStart(where, a, { u, rest });
  checkTensor(where, 'v', v);
  const others = Array.from({ length: rest?.shape[0] ?? 0 }, () => new Float64Array(eventSize(a.inShape)));
  const [image] = noGrad(() => productsOf(a).matvec([...rowsOf(v), ...others]));
  return dot(rowsOf(u)[0]!, image!);
}

function checkStart(where: string, a: LinearOperator, { u, rest }: SingularStart): void {
  const starts = rest ? [u, rest] : [u];
  starts.forEach((x) => checkTensor(where, 'start', x));
  const shapes = starts.map(({ shape }) => shape);
  const most = Math.min(eventSize(a.inShape), eventSize(a.outShape));
  ensure(
    shapes.every(([, ...event]) => event.join() === a.outShape.join()) &&
      u.shape[0] === 1 &&
      (rest?.shape[0] ?? 0) < most,
    where,
    () => `expected u [1,${a.outShape}] and less than ${most} more, got [${shapes.join('] and [')}]`,
  );
}

/**
 * Products of several vectors at once. The vectors are float32, as they are stored: on the host
 * they are rounded in place.
 */
function productsOf(a: LinearOperator): Record<'matvec' | 'rmatvec', (rows: Rows) => Rows> {
  const host = a.onHost?.();
  if (host) {
    return {
      matvec: (rows) => rows.map((v) => host.matvec(round(v))),
      rmatvec: (rows) => rows.map((u) => host.rmatvec(round(u))),
    };
  }
  const onDevice = (product: (x: Tensor) => Tensor, rows: Rows, shape: Shape): Rows => {
    const image = tidy(() => product(tensorOf(rows, shape)));
    const values = rowsOf(image);
    image.dispose();
    return values;
  };
  return {
    matvec: (rows) => onDevice((v) => a.matvec(v), rows, a.inShape),
    rmatvec: (rows) => onDevice((u) => a.rmatvec(u), rows, a.outShape),
  };
}

/** To float32, in place. */
function round(row: Float64Array): Float64Array {
  for (let i = 0; i < row.length; i++) row[i] = Math.fround(row[i]!);
  return row;
}

/** The rows of `[p, ...shape]` on the host. */
function rowsOf(x: Tensor): Rows {
  const values = new Float64Array(x.dataSync<'float32'>());
  const count = x.shape[0]!;
  if (count === 1) return [values];
  const size = values.length / count;
  return Array.from({ length: count }, (_, k) => values.subarray(k * size, (k + 1) * size));
}

function tensorOf(rows: Rows, shape: Shape): Tensor {
  const size = rows[0]!.length;
  const values = new Float32Array(rows.length * size);
  rows.forEach((row, k) => values.set(row, k * size));
  return tensor(values, [rows.length, ...shape]);
}
