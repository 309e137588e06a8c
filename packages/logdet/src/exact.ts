import {
  abs,
  add,
  div,
  log,
  mul,
  reshape,
  reverse,
  sum,
  tensor,
  tidy,
  zeros,
  type Tensor,
} from '@tensorflow/tfjs-core';
import {
  basisVectors,
  customOp,
  eventSize,
  noGrad,
  type LinearOperator,
  type MatVec,
  type Rng,
  type Shape,
} from '@iresnet/core';
import { laterForms, readsLater, untaped } from '@iresnet/core/internal';
import { inverseOf, logAbsDet } from './gaussJordan';
import { squareOperator, type EstimateWithError } from './product';

/** An estimator that draws nothing. */
export interface ExactEstimator {
  (a: MatVec | LinearOperator, shape: Shape, rng?: Rng): Tensor;
  /** The same with a standard error of 0. */
  readonly withError: (a: MatVec | LinearOperator, shape: Shape, rng?: Rng) => EstimateWithError;
}

/**
 * log|det(I + A)| exactly, from the d columns of A: no randomness, no bias, and no condition on
 * ‖A‖.
 *
 * d = 1 and d = 2 by the closed form, on the device. Larger d: elimination with partial pivoting in
 * float64 on the host (a readback of `[B, d, d]`), with the gradient tr((I + A)⁻¹ dA) through the
 * taped columns (a second readback). It costs d products, ⅔ d³ operations on the host for the
 * value, 4 d³ more for the gradient, and O(d²) memory per example. One core takes some 0.3 ms for
 * d = 64 and 3 ms for d = 128. A large batch is best cut: all of its B d² entries lie in memory.
 *
 * On WebGPU, which cannot be read at once, and on WebGL while a gradient is recorded, the
 * elimination is in float32 on the device and without pivoting, 8 d kernels. That is stable for
 * ‖A‖ < 1, where no pivot is near 0.
 *
 * @returns An estimator that ignores its rng. A singular I + A gives −Infinity, NaN in A gives NaN,
 * in that row only.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { denseOperator } from '@iresnet/core';
 * import { exact } from '@iresnet/logdet';
 *
 * exact()(denseOperator(tf.tensor2d([[0.5, 0.1], [0, 0.2]])), [1, 2]).print(); // 0.5878
 * ```
 */
export function exact(): ExactEstimator {
  const estimate = (a: MatVec | LinearOperator, shape: Shape, rng?: Rng) =>
    tidy(() => {
      const operator = squareOperator('logdet.exact', a, shape, rng ?? null);
      const [batch, ...event] = shape as readonly [number, ...number[]];
      const d = eventSize(event);
      // columns[j] = A eⱼ, `[d, B, d]`
      const columns = reshape(operator.matvec(noGrad(() => basisVectors(batch, event))), [d, batch, d]);
      if (d === 1) return log(abs(add(1, reshape(columns, [batch]))));
      if (d === 2) return twoByTwo(columns);
      // Alone it may be read where that is only slow. A step of training waits for nothing.
      const later = readsLater() || !untaped() ? laterForms() : null;
      return later?.logDet(columns) ?? fromColumns(columns);
    });
  return Object.assign(estimate, {
    withError: (...[a, shape, rng]: Parameters<typeof estimate>): EstimateWithError => ({
      logDet: estimate(a, shape, rng),
      standardError: zeros([shape[0]!]),
    }),
  });
}

/**
 * ln |det M|, M = I + A of two by two, with its gradient M⁻ᵀ = C/det M. C holds the cofactors: the
 * entries of M in reverse order, with the signs of those off the diagonal flipped. det M = ½ Σᵢⱼ
 * Mᵢⱼ Cᵢⱼ.
 */
function twoByTwo(columns: Tensor): Tensor {
  const batch = columns.shape[1]!;
  const [value] = customOp(
    { columns },
    () => {
      const m = add(columns, tensor([1, 0, 0, 1], [2, 1, 2]));
      const cofactors = mul(reverse(m, [0, 2]), tensor([1, -1, -1, 1], [2, 1, 2]));
      const det = mul(0.5, sum(mul(m, cofactors), [0, 2]));
      return { outputs: [log(abs(det))], saved: [div(cofactors, reshape(det, [1, batch, 1]))] };
    },
    ([dy], [inverse]) => ({ columns: mul(reshape(dy!, [1, batch, 1]), inverse!) }),
  );
  return value!;
}

/**
 * One op with its own gradient, so that a singular matrix keeps its −Infinity. The inverse is made
 * only when a gradient is asked for: it is six times the work.
 */
function fromColumns(columns: Tensor): Tensor {
  const [d, batch] = columns.shape as [number, number, number];
  const [value] = customOp(
    { columns },
    () => {
      const values = new Float32Array(batch);
      eachMatrix(columns, (m, b) => (values[b] = logAbsDet(m, d)));
      return { outputs: [tensor(values)], saved: [columns] };
    },
    ([dy], [saved]) => {
      const inverses = new Float32Array(d * batch * d);
      eachMatrix(saved!, (m, b) => {
        const inverse = inverseOf(m, d);
        // tr(M⁻¹ dA) = Σ M⁻¹ⱼᵢ dAᵢⱼ, laid out as the columns are.
        for (let j = 0; j < d; j++)
          for (let i = 0; i < d; i++) inverses[(j * batch + b) * d + i] = inverse[j * d + i]!;
      });
      return { columns: mul(reshape(dy!, [1, batch, 1]), tensor(inverses, [d, batch, d])) };
    },
  );
  return value!;
}

/** I + A of each example in float64, row-major, in one array that is used again and again. */
function eachMatrix(columns: Tensor, use: (m: Float64Array, example: number) => void): void {
  const [d, batch] = columns.shape as [number, number, number];
  const data = columns.dataSync();
  const m = new Float64Array(d * d);
  for (let b = 0; b < batch; b++) {
    for (let j = 0; j < d; j++) {
      const column = (j * batch + b) * d;
      for (let i = 0; i < d; i++) m[i * d + j] = data[column + i]! + (i === j ? 1 : 0);
    }
    use(m, b);
  }
}
