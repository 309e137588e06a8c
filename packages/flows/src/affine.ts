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
import { disposeParams, eventSize, type Bijector } from '@iresnet/core';
import {
  checkTensor,
  described,
  ensure,
  readProven,
  scaleFlaws,
  unitRoundoff,
  scaled,
} from '@iresnet/core/internal';
import { carried, closedFormReport, sizesOf } from './report';

/**
 * y = a ⊙ x + b with fixed a and b, per column of a table or per channel of images. They are saved
 * with the model and never trained. On `[B, h, w, c]` ln|det| is h w Σ ln|aᵢ|.
 *
 * @param scale - a, one value per column or channel, none of them 0.
 * @param shift - b, as many values.
 * @returns A bijector on `[B, …, c]`. `params`: `scale` and `shift`, not trainable.
 * @throws IResNetError when an argument is not a list, the lengths differ, an entry is not finite
 * in float32, or a has a 0 or a value below 2⁻¹²⁶.
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
    Array.isArray(scale) && Array.isArray(shift),
    'flows.affine',
    () => `expected affine([scales], [shifts]), got ${described(scale)} and ${described(shift)}`,
  );
  ensure(
    scale.length > 0 && scale.length === shift.length,
    'flows.affine',
    () => `expected as many scales as shifts, got ${scale.length} and ${shift.length}`,
  );
  ensure(
    scaleFlaws('scale', scale).length === 0 && shift.every((b) => Number.isFinite(Math.fround(b))),
    'flows.affine',
    () =>
      `expected scales and shifts that are finite in float32, and no scale of 0, got [${scale}] and [${shift}]`,
  );
  const params = tidy(() => ({
    scale: variable(tensor1d([...scale]), false),
    shift: variable(tensor1d([...shift]), false),
  }));
  const check = (t: Tensor, name: string) => {
    checkTensor('flows.affine', name, t);
    ensure(
      t.rank >= 2 && t.shape.at(-1) === scale.length,
      'flows.affine',
      () => `expected ${name} of shape [B,…,${scale.length}], got [${t.shape}]`,
    );
  };
  const apply = (x: Tensor): Tensor => {
    check(x, 'x');
    return add(mul(x, params.scale), params.shift);
  };
  const slopes = (): number[] => Array.from(readProven('flows.affine', params.scale), Math.abs);
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
      tidy(() => ({
        y: apply(x),
        logDet: mul(fill([x.shape[0]!], eventSize(x.shape.slice(1, -1))), sum(log(abs(params.scale)))),
      })),
    flaws: () => scaleFlaws('scale', readProven('flows.affine', params.scale)),
    carryScale: (scale) => tidy(() => scaled(scale, log(abs(params.scale)))),
    inverseWithReport(y, yError) {
      const value = inverse(y);
      // A difference and a quotient.
      const rounding = sizesOf(value).map((size) => 2.01 * unitRoundoff() * size);
      return closedFormReport(value, yError, 1 / Math.min(...slopes()), rounding);
    },
    forwardWithReport(x, xError) {
      const { scaled, value } = tidy(() => {
        check(x, 'x');
        const product = mul(x, params.scale);
        return { scaled: product, value: add(product, params.shift) };
      });
      const [products, sums] = [sizesOf(scaled), sizesOf(value)];
      scaled.dispose();
      // Beside a large shift the digits of the product are lost.
      const own = sums.map((size, i) => 1.01 * unitRoundoff() * (products[i]! + size));
      const slope = Math.max(...slopes());
      return {
        value,
        errorBound: own.map((error, i) => carried(error, slope, xError?.[i])),
        boundKind: 'proven',
      };
    },
  };
}

/**
 * y = (x − mean)/deviation per column of a table or channel of images: {@link affine}, so that a
 * model takes the units of the data.
 *
 * @param mean - One value per column.
 * @param deviation - One value per column, all > 0.
 * @returns A bijector on `[B, …, c]`.
 * @throws IResNetError when the lengths differ, an entry is not finite, or a deviation is not
 * positive.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { standardize } from '@iresnet/flows';
 *
 * standardize([10, 0], [2, 1]).forward(tf.tensor2d([[14, 3]])).print(); // [[2, 3]]
 * ```
 */
export function standardize(mean: readonly number[], deviation: readonly number[]): Bijector {
  ensure(
    Array.isArray(mean) &&
      Array.isArray(deviation) &&
      mean.length === deviation.length &&
      deviation.every((s) => s > 0),
    'flows.standardize',
    () => `expected as many means as deviations > 0, got [${mean}] and [${deviation}]`,
  );
  return affine(
    deviation.map((s) => 1 / s),
    mean.map((m, i) => -m / deviation[i]!),
  );
}
