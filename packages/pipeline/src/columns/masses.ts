import { ensure } from '@iresnet/core/internal';
import { inside, type ColumnTransform } from './columnTransform';
import { logNormal, normalScore, normalShare } from './normal';

/** The probabilities of whole numbers. */
export interface Masses {
  /** The least number that has one. */
  readonly low: number;
  /** > 0, those of `low`, `low` + 1, …. */
  readonly mass: readonly number[];
  /** The probability of all that is less, and of all that is more; 0 where the values end. */
  readonly below: number;
  readonly above: number;
  /** Tails fall like e^(−distance/scale). */
  readonly scale: number;
}

/** Scales that a tail reaches: e⁻⁶⁰⁰ is still a float64. */
const REACH = 600;

/**
 * y = Φ⁻¹(F(v)) of v = k + u, a whole number k with uniform noise u in (0, 1), where F rises by the
 * mass of k from k to k + 1. A column with these masses becomes exactly standard normal.
 *
 * With φ the density of y, φ(y) · dy/dv is the mass of k whatever u is: where a flow leaves the
 * column as it is, the bound of uniform dequantization, E ln q(k + u) ≤ ln P(k), has no gap.
 *
 * @see Theis et al., A note on the evaluation of generative models (arXiv 1511.01844), for
 * dequantization.
 */
export function masses({ low, mass, below, above, scale }: Masses): ColumnTransform {
  const total = mass.reduce((sum, p) => sum + p, below + above);
  ensure(
    mass.length > 0 && Math.abs(total - 1) < 1e-6,
    'pipeline.masses',
    () => `expected masses that add up to 1, got ${total}`,
  );
  const count = mass.length;
  const top = low + count;
  // Shares below and above the start of each number, both with their small digits.
  const lower = new Float64Array(count + 1).fill(below);
  const upper = new Float64Array(count + 1).fill(above);
  for (let k = 0; k < count; k++) lower[k + 1] = lower[k]! + mass[k]!;
  for (let k = count - 1; k >= 0; k--) upper[k] = upper[k + 1]! + mass[k]!;
  const support = [below > 0 ? low - REACH * scale : low, above > 0 ? top + REACH * scale : top] as const;

  const forward = (v: number): number => {
    if (Number.isNaN(v)) return NaN;
    if (v < low) return below > 0 ? normalScore(below * Math.exp((v - low) / scale)) : -Infinity;
    if (v >= top) return above > 0 ? -normalScore(above * Math.exp((top - v) / scale)) : Infinity;
    const k = Math.min(count - 1, Math.floor(v - low));
    const u = v - low - k;
    const p = lower[k]! + mass[k]! * u;
    if (p <= 0.5) return p > 0 ? normalScore(p) : -Infinity;
    const s = upper[k + 1]! + mass[k]! * (1 - u);
    return s > 0 ? -normalScore(s) : Infinity;
  };
  return {
    support,
    forward,
    inverse(y) {
      const [p, s] = [normalShare(y), normalShare(-y)];
      if (p < below) return inside(low + scale * Math.log(p / below), ...support);
      if (s < above) return inside(top - scale * Math.log(s / above), ...support);
      let k = 0;
      if (p <= 0.5) {
        while (k < count - 1 && p >= lower[k + 1]!) k++;
        return inside(low + k + Math.max(0, (p - lower[k]!) / mass[k]!), ...support);
      }
      k = count - 1;
      while (k > 0 && s > upper[k]!) k--;
      // Rounding does not carry a value into its neighbour.
      return inside(
        low + k + Math.min(1 - 2 ** -50, Math.max(0, 1 - (s - upper[k + 1]!) / mass[k]!)),
        ...support,
      );
    },
    logSlope(v) {
      if (!(v > support[0] && v < support[1])) return NaN;
      const tail = v < low ? below * Math.exp((v - low) / scale) : above * Math.exp((top - v) / scale);
      const density = v < low || v >= top ? tail / scale : mass[Math.min(count - 1, Math.floor(v - low))]!;
      return Math.log(density) - logNormal(forward(v));
    },
    inverseSlope(from, to) {
      // φ over the density of v: the largest φ over the least mass, and the hazard of the tails.
      const nearest = from > 0 ? from : to < 0 ? to : 0;
      const body = Math.exp(logNormal(nearest)) / Math.min(...mass);
      const tail = below > 0 || above > 0 ? scale * (1 + Math.max(Math.abs(from), Math.abs(to))) : 0;
      return Math.max(body, tail);
    },
  };
}
