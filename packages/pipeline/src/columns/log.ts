import { inside, type ColumnTransform } from './columnTransform';

/**
 * y = ln(x − low): a column of amounts, such as prices, whose differences go by ratios.
 *
 * @param low - The bound that no value reaches.
 */
export function log({ low }: { low: number }): ColumnTransform {
  return {
    support: [low, Infinity],
    forward: (x) => Math.log(x - low),
    inverse: (y) => inside(low + Math.exp(y), low, Infinity),
    logSlope: (x) => -Math.log(x - low),
    inverseSlope: (_from, to) => Math.exp(to),
  };
}
