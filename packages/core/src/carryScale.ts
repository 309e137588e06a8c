import {
  abs,
  add,
  concat,
  expandDims,
  log,
  logSumExp,
  maximum,
  minimum,
  mul,
  split,
  tidy,
  zeros,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import type { Bijector } from './bijector';
import type { Flaw } from './contracts';
import type { Shape } from './shape';
import { readProven } from './readProven';

/** ln of the largest scale that float32 can undo. Devices may replace numbers below 2⁻¹²⁶ by 0. */
const LARGEST = 126 * Math.LN2;

/**
 * What a bijector makes of the scales that the parts before it gave; see `carryScale` of
 * `Bijector`.
 */
export function carryScale(bijector: Bijector, scale: Tensor): Tensor {
  return bijector.carryScale?.(scale) ?? scale.clone();
}

/**
 * The scales after a part that multiplies each value by eˢ.
 *
 * @param scale - `[3, ...event]`: ln of the scale of each value, and the least and the largest that
 * it had on its way.
 * @param logScale - s, of a shape that broadcasts to the event.
 */
export function scaled(scale: Tensor, logScale: Tensor): Tensor {
  return tidy(() => moved(scale, add(split(scale, 3)[0]!, logScale)));
}

/**
 * The scales after a product with W on the last axis: √(Σᵢ (Wᵢⱼ eˢⁱ)²), as of independent values.
 */
export function mixed(scale: Tensor, matrix: Tensor2D): Tensor {
  return tidy(() => {
    const now = split(scale, 3)[0]!;
    const terms = add(expandDims(now, -1), log(abs(matrix)));
    return moved(scale, mul(0.5, logSumExp(mul(2, terms), -2)));
  });
}

function moved(scale: Tensor, now: Tensor): Tensor {
  const [, least, largest] = split(scale, 3) as [Tensor, Tensor, Tensor];
  return concat([now, minimum(least, now), maximum(largest, now)]);
}

/**
 * The flaw of a bijector in which the scales of all parts, multiplied along the way of a value,
 * leave what float32 can undo: ten of 1e-8 make each value 0, though each of them alone does not.
 *
 * @param bijector - F.
 * @param shape - Its event shape.
 */
export function scaleProductFlaws(bijector: Bijector, shape: Shape): Flaw[] {
  const scale = tidy(() => carryScale(bijector, zeros([3, ...shape])));
  const values = readProven('core.carryScale', scale);
  scale.dispose();
  const worst = values.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a), 0);
  if (Math.abs(worst) <= LARGEST) return [];
  const got = `10^${(worst / Math.LN10).toFixed(0)}`;
  return [
    {
      part: 'all scales together',
      problem: `expected a product from 1e-38 to 1e+38, got ${got} along the model`,
    },
  ];
}
