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
import { disposeParams, IResNetError, type Bijector, type Params, type Shape } from '@iresnet/core';
import { checkTensor, ensure, memoizeOnParams } from '@iresnet/core/internal';
import { frobenius, invertMatrix } from './matrix';
import { closedFormReport } from './report';

/** What {@link matrixMap} needs of a map y = after(before(x) W) on the last axis. */
export interface MatrixMapParts {
  /** The function's name, for errors. */
  readonly where: string;
  /** Event shape; W mixes its last axis. */
  readonly shape: Shape;
  readonly params: Params;
  /** W, `[c, c]`, and log|det| of one example, a scalar. Called in a tidy scope, on the tape. */
  weight(): { readonly matrix: Tensor2D; readonly logDet: Tensor };
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
 * on the host, once for given parameters; the error bound grows by its Frobenius norm.
 */
export function matrixMap(parts: MatrixMapParts): Bijector {
  const { where, shape, params, weight, before = still, after = still } = parts;
  const c = shape[shape.length - 1]!;
  const inverted = memoizeOnParams(params, () => {
    const values = Float64Array.from(tidy(() => weight().matrix.dataSync()));
    const found = invertMatrix(values, c);
    if (!found) throw new IResNetError('data', where, 'expected a matrix with an inverse, got one without');
    return { inverse: Float32Array.from(found.inverse), norm: frobenius(found.inverse) };
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
    forward: (x) => tidy(() => apply(x).y),
    inverse,
    forwardAndLogDet: (x) => tidy(() => apply(x)),
    inverseWithReport: (y, yError) => closedFormReport(inverse(y), yError, inverted().norm),
  };
}
