import type { Flaw, Params } from './contracts';
import { readProven } from './readProven';

/** The least positive number that float32 holds in full precision. */
const LEAST = 2 ** -126;

/**
 * The flaw of a tensor of scales, if it has one: a scale and its reciprocal must be finite and not
 * 0 in float32. Devices may replace numbers below 2⁻¹²⁶ by 0.
 *
 * @param part - Name of the tensor.
 * @param scales - The scales, computed in float64.
 * @param largest - The largest scale, and the reciprocal of the smallest.
 */
export function scaleFlaws(part: string, scales: ArrayLike<number>, largest = 1 / LEAST): Flaw[] {
  const sizes = Array.from(scales, (scale) => Math.abs(Math.fround(scale)));
  const at = sizes.findIndex((size) => !(size >= 1 / largest && size <= largest));
  if (at < 0) return [];
  const [low, high] = [1 / largest, largest].map((bound) => bound.toExponential(1));
  const got = (scales[at] as number).toPrecision(4);
  return [{ part, problem: `expected scales from ${low!} to ${high!}, got ${got} at index ${at}` }];
}

/**
 * The flaws of tensors that hold a value too large to compute with: sums and products of a few of
 * them must stay far below the largest number of float32, 2¹²⁸.
 */
export function sizeFlaws(params: Params, largest = 2 ** 64): Flaw[] {
  return Object.entries(params).flatMap(([part, variable]) => {
    const size = variable
      .dataSync<'float32'>()
      .reduce((most: number, value) => Math.max(most, Math.abs(value)), 0);
    if (!(size > largest)) return [];
    return [
      { part, problem: `expected values up to ${largest.toExponential(1)}, got ${size.toExponential(1)}` },
    ];
  });
}

/** The tensors with values that are NaN or infinite. */
export function finiteFlaws(params: Params): Flaw[] {
  return Object.entries(params).flatMap(([part, variable]) => {
    if (variable.dtype !== 'float32') return [];
    const values = readProven('core.flaws', variable);
    const at = values.findIndex((value) => !Number.isFinite(value));
    if (at < 0) return [];
    return [{ part, problem: `expected finite values, got ${values[at]!} at index ${at}` }];
  });
}
