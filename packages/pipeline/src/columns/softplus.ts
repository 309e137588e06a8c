import { inside, type ColumnTransform } from './columnTransform';

/**
 * x = low + scale · ln(1 + e^y): a column that cannot fall below a bound and is as it was far above
 * it.
 *
 * @param low - The bound that no value reaches.
 * @param scale - > 0: how far above the bound the map becomes linear.
 */
export function softplus({ low, scale }: { low: number; scale: number }): ColumnTransform {
  const logScale = Math.log(scale);
  /** ln(1 − e^(−u)), u = (x − low)/scale. */
  const shortfall = (x: number): number => Math.log(-Math.expm1((low - x) / scale));
  return {
    support: [low, Infinity],
    forward: (x) => (x - low) / scale + shortfall(x),
    inverse: (y) =>
      inside(low + scale * (Math.max(y, 0) + Math.log1p(Math.exp(-Math.abs(y)))), low, Infinity),
    logSlope: (x) => -logScale - shortfall(x),
    inverseSlope: (_from, to) => scale / (1 + Math.exp(-to)),
  };
}
