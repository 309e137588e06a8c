import {
  abs,
  add,
  div,
  fill,
  log,
  mul,
  sub,
  sum,
  tidy,
  tensor1d,
  variable,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { disposeParams, type Bijector } from '@iresnet/core';
import { ensure } from '@iresnet/core/internal';
import { closedFormReport } from './report';

/**
 * y = a ⊙ x + b with fixed a and b, per value of a vector. Saved with the model and never trained.
 *
 * @param scale - a, no entry 0.
 * @param shift - b, as many values.
 * @throws IResNetError when lengths differ, an entry is not finite, or a has a 0.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { affine } from '@iresnet/flows';
 *
 * affine([2, 4], [1, 0]).inverse(tf.tensor2d([[3, 8]])).print(); // [[1, 2]]
 * ```
 */
export function affine(scale: readonly number[], shift: readonly number[]): Bijector {
  ensure(
    scale.length > 0 && scale.length === shift.length,
    'flows.affine',
    () => `expected as many scales as shifts, got ${scale.length} and ${shift.length}`,
  );
  ensure(
    scale.every((a) => Number.isFinite(a) && a !== 0) && shift.every(Number.isFinite),
    'flows.affine',
    () => `expected finite scales other than 0 and finite shifts, got [${scale}] and [${shift}]`,
  );
  const params = tidy(() => ({
    scale: variable(tensor1d([...scale]), false),
    shift: variable(tensor1d([...shift]), false),
  }));
  const check = (t: Tensor, name: string) =>
    ensure(
      t.rank === 2 && t.shape[1] === scale.length,
      'flows.affine',
      () => `expected ${name} of shape [B,${scale.length}], got [${t.shape}]`,
    );
  const apply = (x: Tensor): Tensor => {
    check(x, 'x');
    return add(mul(x, params.scale), params.shift);
  };
  const inverse = (y: Tensor): Tensor =>
    tidy(() => {
      check(y, 'y');
      return div(sub(y, params.shift), params.scale);
    });
  return {
    params,
    dispose: () => disposeParams(params),
    forward: (x) => tidy(() => apply(x)),
    inverse,
    forwardAndLogDet: (x) =>
      tidy(() => ({ y: apply(x), logDet: mul(fill([x.shape[0]!], 1), sum(log(abs(params.scale)))) })),
    inverseWithReport: (y, yError) =>
      closedFormReport(inverse(y), yError, 1 / Math.min(...Array.from(params.scale.dataSync(), Math.abs))),
  };
}

/**
 * y = (x − mean)/deviation: {@link affine} in the terms of a table's columns, so that a model takes the data's own units.
 *
 * @param mean - One value a column.
 * @param deviation - One value a column, all > 0.
 */
export function standardize(mean: readonly number[], deviation: readonly number[]): Bijector {
  return affine(
    deviation.map((s) => 1 / s),
    mean.map((m, i) => -m / deviation[i]!),
  );
}
