import { ensure } from '@iresnet/core/internal';
import { inside, type ColumnTransform } from './columnTransform';

/**
 * y = ln((x − low)/(high − x)): a column between two bounds, such as a share.
 *
 * @param low - The bound below, which no value reaches.
 * @param high - The bound above, > low.
 */
export function logit({ low, high }: { low: number; high: number }): ColumnTransform {
  ensure(low < high, 'pipeline.logit', () => `expected low < high, got ${low} and ${high}`);
  const range = high - low;
  /** range/(1 + e^|y|), how far x is from the nearer bound. */
  const distance = (y: number): number => range / (1 + Math.exp(Math.abs(y)));
  return {
    support: [low, high],
    forward: (x) => Math.log(x - low) - Math.log(high - x),
    inverse: (y) => inside(y < 0 ? low + distance(y) : high - distance(y), low, high),
    logSlope: (x) => Math.log(range) - Math.log(x - low) - Math.log(high - x),
    inverseSlope(from, to) {
      const y = Math.max(from, Math.min(to, 0));
      return distance(y) / (1 + Math.exp(-Math.abs(y)));
    },
  };
}
