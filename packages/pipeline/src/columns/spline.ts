import { ensure } from '@iresnet/core/internal';
import { inside, type ColumnTransform } from './columnTransform';

/** The knots of a monotone spline. */
export interface Knots {
  /** Increasing values of the column, two or more. */
  readonly x: readonly number[];
  /** Increasing, what each becomes. */
  readonly y: readonly number[];
  /** > 0, the slope there. */
  readonly slope: readonly number[];
}

/**
 * A monotone rational-quadratic spline through its knots, with asinh tails of the same slope: one
 * column of any shape to a normal one.
 *
 * @see Durkan et al., Neural Spline Flows (arXiv 1906.04032), for the pieces between knots.
 */
export function spline({ x, y, slope }: Knots): ColumnTransform {
  const increases = (list: readonly number[]): boolean => list.every((v, k) => k === 0 || v > list[k - 1]!);
  ensure(
    x.length >= 2 && x.length === y.length && x.length === slope.length && increases(x) && increases(y),
    'pipeline.spline',
    () =>
      `expected two or more increasing knots x, y with a slope each, got ${JSON.stringify({ x, y, slope })}`,
  );
  const last = x.length - 1;
  /** The piece that a value lies in: −1 and `last` are the tails. */
  const pieceOf = (list: readonly number[], value: number): number => {
    if (!(value >= list[0]!)) return -1;
    if (value > list[last]!) return last;
    let k = 0;
    while (k < last - 1 && value >= list[k + 1]!) k++;
    return k;
  };
  const piece = (k: number) => {
    const [width, height, d0, d1] = [x[k + 1]! - x[k]!, y[k + 1]! - y[k]!, slope[k]!, slope[k + 1]!];
    const s = height / width;
    return { width, height, d0, d1, s, bend: d0 + d1 - 2 * s };
  };
  /** The knot of a tail. */
  const end = (k: number): number => (k < 0 ? 0 : last);
  return {
    support: [-Infinity, Infinity],
    forward(value) {
      const k = pieceOf(x, value);
      if (k < 0 || k === last) return y[end(k)]! + Math.asinh(slope[end(k)]! * (value - x[end(k)]!));
      const { width, height, d0, s, bend } = piece(k);
      const t = (value - x[k]!) / width;
      return y[k]! + (height * (s * t * t + d0 * t * (1 - t))) / (s + bend * t * (1 - t));
    },
    inverse(value) {
      const k = pieceOf(y, value);
      if (k < 0 || k === last)
        return inside(x[end(k)]! + Math.sinh(value - y[end(k)]!) / slope[end(k)]!, -Infinity, Infinity);
      const { width, height, d0, s, bend } = piece(k);
      const above = value - y[k]!;
      const [a, b, c] = [height * (s - d0) + above * bend, height * d0 - above * bend, -s * above];
      // The root that does not cancel.
      return x[k]! + (width * 2 * c) / (-b - Math.sqrt(Math.max(0, b * b - 4 * a * c)));
    },
    logSlope(value) {
      const k = pieceOf(x, value);
      if (k < 0 || k === last)
        return Math.log(slope[end(k)]!) - Math.log(Math.hypot(1, slope[end(k)]! * (value - x[end(k)]!)));
      const { width, d0, d1, s, bend } = piece(k);
      const t = (value - x[k]!) / width;
      const top = d1 * t * t + 2 * s * t * (1 - t) + d0 * (1 - t) ** 2;
      return Math.log(top) + 2 * Math.log(s / (s + bend * t * (1 - t)));
    },
    inverseSlope(from, to) {
      const [first, final] = [pieceOf(y, from), pieceOf(y, to)];
      let most = 0;
      for (let k = first; k <= final; k++) {
        if (k < 0) most = Math.max(most, Math.cosh(from - y[0]!) / slope[0]!);
        else if (k === last) most = Math.max(most, Math.cosh(to - y[last]!) / slope[last]!);
        else {
          // t′ ≥ s² · min(slopes, s) over the square of the largest denominator, reached in the
          // middle.
          const { d0, d1, s } = piece(k);
          const denominator = Math.max(s, (2 * s + d0 + d1) / 4);
          most = Math.max(most, (denominator / s) ** 2 / Math.min(d0, d1, s));
        }
      }
      return most;
    },
  };
}
