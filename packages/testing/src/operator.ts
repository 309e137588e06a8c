import {
  matMul,
  mul,
  reshape,
  stack,
  sub,
  tensor,
  tidy,
  transpose,
  unstack,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { createRng, eventSize, materialize, transposeOperator, type LinearOperator } from '@iresnet/core';
import { dot, norm } from './float64';
import { examplesOf, relativeError } from './host';
import { Report, type CheckOptions, type Measurement } from './report';

/** Options of {@link checkOperator}. */
export interface OperatorCheckOptions extends CheckOptions {
  /** B, the number of examples that the operator was built for; 2 by default. */
  readonly batch?: number;
  /**
   * Relative tolerance of every law, 1e-4 by default: float32 rounding in sums of some thousand
   * terms.
   */
  readonly rtol?: number;
}

/** Vectors per example in the stacked products. */
const STACK = 3;

/** Larger operators are not written out as matrices. */
const MAX_MATRIX = 512;

/**
 * Check the laws of a {@link LinearOperator} on random vectors:
 *
 * - ⟨u, A v⟩ = ⟨Aᵀ u, v⟩ for every example;
 * - both products are linear, have the promised shapes, and keep the examples apart;
 * - the product with `[S, B, ...]` equals S products with `[B, ...]`;
 * - both products equal those with the explicit matrix (up to 512 inputs and outputs);
 * - a `trace` is that of the matrix, relative to its Frobenius norm.
 *
 * Leaves no tensor alive. Reads back from the device.
 *
 * @returns The measured error of each law.
 * @throws IResNetError naming the first law that is broken, the error and the tolerance.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { denseOperator } from '@iresnet/core';
 * import { checkOperator } from '@iresnet/testing';
 *
 * checkOperator(denseOperator(tf.tensor2d([[1, 2, 3], [4, 5, 6]])), { batch: 4 });
 * ```
 */
export function checkOperator(
  a: LinearOperator,
  { name = 'the operator', batch = 2, rng = createRng(0), rtol = 1e-4 }: OperatorCheckOptions = {},
): Measurement[] {
  const report = new Report('testing.checkOperator', name);
  tidy(() => {
    const vs = rng.normal([STACK, batch, ...a.inShape]);
    const us = rng.normal([STACK, batch, ...a.outShape]);
    const [v] = unstack(vs) as [Tensor];
    const [u] = unstack(us) as [Tensor];
    checkProduct(report, 'A v', a, vs, rtol);
    checkProduct(report, 'Aᵀ u', transposeOperator(a), us, rtol);
    report.measure('⟨u, A v⟩ = ⟨Aᵀ u, v⟩', adjointError(v, u, a.matvec(v), a.rmatvec(u)), rtol);
    if (Math.max(eventSize(a.inShape), eventSize(a.outShape)) > MAX_MATRIX) return;
    const matrix = materialize(a, batch);
    report.measure(
      'A v is the product with the matrix',
      relativeError(times(matrix, v, a.outShape), a.matvec(v)),
      rtol,
    );
    if (a.trace) {
      const own = a.trace();
      report.require(`tr A has shape [${batch}]`, own.shape.join() === `${batch}`);
      report.measure('tr A is that of the matrix', traceError(own, matrix), rtol);
    }
    const transposed = transpose(matrix, [0, 2, 1]);
    report.measure(
      'Aᵀ u is the product with the transposed matrix',
      relativeError(times(transposed, u, a.inShape), a.rmatvec(u)),
      rtol,
    );
  });
  return report.measurements;
}

/** The laws of one product, `symbol` for short, on the stacked vectors `[S, B, ...inShape]`. */
function checkProduct(report: Report, symbol: string, a: LinearOperator, vs: Tensor, rtol: number): void {
  const [v, w] = unstack(vs) as [Tensor, Tensor];
  const batch = v.shape[0]!;
  const av = a.matvec(v);
  const single = [batch, ...a.outShape];
  report.require(`${symbol} has shape [${single}]`, av.shape.join() === single.join());
  const avs = a.matvec(vs);
  const stacked = [STACK, ...single];
  report.require(`${symbol} of stacked vectors has shape [${stacked}]`, avs.shape.join() === stacked.join());

  const separate = stack(unstack(vs).map((one) => a.matvec(one)));
  report.measure(`${symbol} of stacked vectors equals single products`, relativeError(avs, separate), rtol);

  const combined = a.matvec(sub(mul(2, v), mul(3, w)));
  report.measure(`${symbol} is linear`, relativeError(combined, sub(mul(2, av), mul(3, a.matvec(w)))), rtol);

  // An operator is block-diagonal: what is zero for an example stays zero, whatever the others are.
  const only = (t: Tensor, b: number): Tensor => {
    const mask = Float32Array.from({ length: batch }, (_, i) => (i === b ? 1 : 0));
    return mul(t, tensor(mask, [batch, ...t.shape.slice(1).map(() => 1)]));
  };
  const parts = Array.from({ length: batch }, (_, b) => only(av, b));
  const alone = Array.from({ length: batch }, (_, b) => a.matvec(only(v, b)));
  report.measure(`${symbol} keeps the examples apart`, relativeError(stack(alone), stack(parts)), rtol);
}

/** The largest |⟨u, A v⟩ − ⟨Aᵀ u, v⟩| of an example, relative to the norms. */
function adjointError(v: Tensor, u: Tensor, av: Tensor, atu: Tensor): number {
  const [vRows, uRows, avRows, atuRows] = [v, u, av, atu].map(examplesOf) as [Rows, Rows, Rows, Rows];
  const errors = vRows.map((row, b) => {
    const difference = Math.abs(dot(uRows[b]!, avRows[b]!) - dot(atuRows[b]!, row));
    const scale = Math.max(norm(uRows[b]!) * norm(avRows[b]!), norm(atuRows[b]!) * norm(row));
    return difference === 0 ? 0 : difference / scale;
  });
  return Math.max(...errors);
}

/** The largest |t − Σ Aᵢᵢ| of an example, relative to the Frobenius norm of A. */
function traceError(own: Tensor, matrices: Tensor): number {
  const values = own.dataSync();
  const errors = examplesOf(matrices).map((matrix, b) => {
    const d = Math.sqrt(matrix.length);
    const truth = Array.from({ length: d }, (_, i) => matrix[i * (d + 1)]!).reduce((sum, x) => sum + x, 0);
    return truth === values[b] ? 0 : Math.abs(truth - values[b]!) / norm(matrix);
  });
  return Math.max(...errors);
}

type Rows = Float32Array[];

/** M v for matrices `[B, m, n]`. */
function times(matrix: Tensor, v: Tensor, shape: readonly number[]): Tensor {
  return reshape(matMul(matrix, reshape(v, [v.shape[0]!, -1, 1])), [v.shape[0]!, ...shape]);
}
