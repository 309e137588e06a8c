import { tensor, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { eventSize, noGrad, type LinearOperator, type Shape } from '@iresnet/core';
import { checkTensor, ensure } from '@iresnet/core/internal';
import { checkIterationOptions, checkOperator, type PowerIterationOptions } from './iterationOptions';
import { align, orthonormalize, type Rows } from './rows';
import { singularValue } from './singularValue';

/** The left vectors that {@link subspaceIteration} starts from. They need not be of unit length. */
export interface SingularStart {
  /** `[1, ...outShape]`. */
  readonly u: Tensor;
  /** `[p − 1, ...outShape]`; none for p = 1. */
  readonly rest?: Tensor | undefined;
}

/** The result of {@link subspaceIteration}, and a start of the next. The tensors are the caller's. */
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
 * @param start - p start vectors: the result of the last call, or random ones. A vector that lies in
 * the span of those before it is replaced.
 * @param options - Tolerance and cap. Each of the p estimates must settle within `rtol` of the
 * largest.
 * @returns σ, u and v of the largest singular value, and the other left vectors in `rest`. It costs
 * two products of p vectors a step with a readback of each, and one product of one vector. The
 * result is a constant for an enclosing gradient.
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
  let [sigma, steps] = [NaN, 0];
  const found = noGrad(() =>
    tidy(() => {
      let u = [start.u, ...(start.rest ? [start.rest] : [])].flatMap(rowsOf);
      orthonormalize(u);
      let v: Rows = [];
      for (let settled = false; !settled && steps < maxSteps; steps++) {
        v = product((x) => a.rmatvec(x), u, a.outShape);
        const lower = align(v);
        const next = product((x) => a.matvec(x), v, a.inShape);
        const upper = orthonormalize(next, u);
        // The negated comparison stops on NaN too.
        settled = upper.every((length, k) => !(Math.abs(length - lower[k]!) > rtol * upper[0]!));
        u = next;
      }
      const [first, ...others] = u;
      const pair = { u: tensorOf([first!], a.outShape), v: tensorOf([v[0]!], a.inShape) };
      // As it is computed for stored vectors, so that they give the same bits.
      sigma = singularValue(a, pair.u, pair.v).dataSync()[0]!;
      return { ...pair, rest: others.length > 0 ? tensorOf(others, a.outShape) : undefined };
    }),
  );
  return { ...found, sigma, steps };
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

function product(apply: (x: Tensor) => Tensor, rows: Rows, shape: Shape): Rows {
  const result = tidy(() => apply(tensorOf(rows, shape)));
  const values = rowsOf(result);
  result.dispose();
  return values;
}

/** The rows of `[p, ...shape]` on the host. */
function rowsOf(x: Tensor): Rows {
  const values = x.dataSync<'float32'>();
  const count = x.shape[0]!;
  const size = values.length / count;
  return Array.from({ length: count }, (_, k) =>
    Float64Array.from(values.subarray(k * size, (k + 1) * size)),
  );
}

function tensorOf(rows: Rows, shape: Shape): Tensor {
  const size = rows[0]!.length;
  const values = new Float32Array(rows.length * size);
  rows.forEach((row, k) => values.set(row, k * size));
  return tensor(values, [rows.length, ...shape]);
}
