import {
  fill,
  matMul,
  mul,
  reshape,
  tensor2d,
  tidy,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import {
  disposeParams,
  IResNetError,
  type Bijector,
  type Flaw,
  type Params,
  type Shape,
} from '@iresnet/core';
import {
  checkTensor,
  ensure,
  memoizeOnParams,
  readProven,
  sizeFlaws,
  sumError,
  unitRoundoff,
  mixed,
} from '@iresnet/core/internal';
import { frobenius, invertMatrix, residualOfInverse } from './matrix';
import { carried, closedFormReport, sizesOf } from './report';

/** What {@link matrixMap} needs of a map y = after(before(x) W) on the last axis. */
export interface MatrixMapParts {
  /** The function's name, for errors. */
  readonly where: string;
  /** Event shape; W mixes its last axis. */
  readonly shape: Shape;
  readonly params: Params;
  /** W, `[c, c]`, and log|det| of one example, a scalar. Called in a tidy scope, on the tape. */
  weight(): { readonly matrix: Tensor2D; readonly logDet: Tensor };
  /**
   * A bound of ‖W̃ − W‖_F, W̃ as it is computed from the parameters. Default 0: W is a parameter.
   */
  weightError?(): number;
  /** What happens to x before the product and to y after it, each with its inverse: a shift. */
  readonly before?: Shift;
  readonly after?: Shift;
}

/** An invertible map that moves every point by the same vector. */
export interface Shift {
  apply(t: Tensor): Tensor;
  undo(t: Tensor): Tensor;
}

const still: Shift = { apply: (t) => t, undo: (t) => t };

/**
 * The bijector of an invertible matrix on the last axis. Its inverse matrix is computed in float64
 * on the host, once for given parameters; the error bound grows by its Frobenius norm, and counts
 * what is missing to the exact inverse of the exact W.
 */
export function matrixMap(parts: MatrixMapParts): Bijector {
  const { where, shape, params, weight, before = still, after = still } = parts;
  const c = shape[shape.length - 1]!;
  const inverted = memoizeOnParams(params, () => {
    const values = Float64Array.from(tidy(() => weight().matrix.dataSync()));
    const found = invertMatrix(values, c);
    if (!found) throw new IResNetError('data', where, 'expected a matrix with an inverse, got one without');
    const inverse = Float32Array.from(found.inverse);
    const [size, norm] = [frobenius(values), frobenius(Float64Array.from(inverse))];
    // ‖W V − I‖ for the V that is used, with what V makes of the error of W.
    const off =
      residualOfInverse(values, inverse, c) +
      c * 2 ** -50 * size * norm +
      norm * (parts.weightError?.() ?? 0);
    // V⁻¹W = I + E with ‖E‖ = off.
    return {
      inverse,
      size,
      norm: off < 1 ? norm / (1 - off) : Infinity,
      off: off < 1 ? off / (1 - off) : Infinity,
    };
  });
  const onLastAxis = (t: Tensor, matrix: Tensor2D): Tensor =>
    reshape(matMul(reshape(t, [-1, c]) as Tensor2D, matrix), t.shape);
  const check = (t: Tensor, name: string): void => {
    checkTensor(where, name, t);
    ensure(
      t.shape.slice(1).join() === shape.join(),
      where,
      () => `expected ${name} of shape [B,${shape}], got [${t.shape}]`,
    );
  };
  const apply = (x: Tensor): { y: Tensor; logDet: Tensor } => {
    check(x, 'x');
    const { matrix, logDet } = weight();
    return {
      y: after.apply(onLastAxis(before.apply(x), matrix)),
      logDet: mul(fill([x.shape[0]!], 1), logDet),
    };
  };
  const inverse = (y: Tensor): Tensor =>
    tidy(() => {
      check(y, 'y');
      return before.undo(onLastAxis(after.undo(y), tensor2d(inverted().inverse, [c, c])));
    });
  return {
    params,
    dispose: () => disposeParams(params),
    flaws: () => [
      ...matrixFlaws(Float64Array.from(tidy(() => readProven(where, weight().matrix))), c),
      ...sizeFlaws(params),
    ],
    carryScale: (scale) => tidy(() => mixed(scale, weight().matrix)),
    forward: (x) => tidy(() => apply(x).y),
    inverse,
    forwardAndLogDet: (x) => tidy(() => apply(x)),
    inverseWithReport(y, yError) {
      const value = inverse(y);
      const { norm, off } = inverted();
      const [moved, mixed] = tidy(() => [sizesOf(after.undo(y)), sizesOf(before.apply(value))]);
      const rounding = sizesOf(value).map((size, i) => {
        const product = (unitRoundoff() + sumError(c)) * norm * moved![i]!;
        // x before the shift is undone is at most what the shift makes of it, and one rounding.
        return 1.01 * (product + (off + unitRoundoff()) * (mixed![i]! + size));
      });
      return closedFormReport(value, yError, norm, rounding.map(finite));
    },
    forwardWithReport(x, xError) {
      const { value, moved } = tidy(() => ({ value: apply(x).y, moved: before.apply(x).clone() }));
      const [sizes, from] = [sizesOf(value), sizesOf(moved)];
      moved.dispose();
      const { size } = inverted();
      const off = parts.weightError?.() ?? 0;
      const errorBound = sizes.map((own, i) => {
        const product = ((unitRoundoff() + sumError(c)) * size + off) * from[i]!;
        return carried(finite(1.01 * (product + unitRoundoff() * own)), size + off, xError?.[i]);
      });
      return { value, errorBound, boundKind: 'proven' };
    },
  };
}

function finite(bound: number): number {
  return Number.isFinite(bound) ? bound : Infinity;
}

/**
 * The flaw of a matrix that float32 cannot invert: the rounding of a product with it, magnified by
 * its inverse, must stay below what is multiplied.
 */
function matrixFlaws(matrix: Float64Array, n: number): Flaw[] {
  const found = invertMatrix(matrix, n);
  const condition = found ? frobenius(matrix) * frobenius(found.inverse) : Infinity;
  const largest = 2 ** 23 / n;
  if (condition <= largest) return [];
  const problem = `expected a condition number up to ${largest.toExponential(1)}, so that float32 can invert it, got ${condition.toExponential(1)}`;
  return [{ part: 'matrix', problem }];
}
