/**
 * An increasing map t of one column, in float64 on the host: what is heavy in its tails, or
 * bounded, becomes a column that a contraction and a normal latent can follow.
 */
export interface ColumnTransform {
  /** The values that it takes, both ends excluded. Beyond them `forward` is not finite. */
  readonly support: readonly [low: number, high: number];
  /** y = t(x). */
  forward(x: number): number;
  /** x = t⁻¹(y), always inside the support. */
  inverse(y: number): number;
  /** ln t′(x), nats: what the density of y gains as a density of x. */
  logSlope(x: number): number;
  /**
   * A bound of the slope of t⁻¹ between `from` and `to` ≥ `from`: what an error of y becomes in x.
   */
  inverseSlope(from: number, to: number): number;
}

const ALL = [-Infinity, Infinity] as const;

/** y = x. */
export const identity: ColumnTransform = {
  support: ALL,
  forward: (x) => x,
  inverse: (y) => y,
  logSlope: () => 0,
  inverseSlope: () => 1,
};

/**
 * The nearest float64 inside an open interval: rounding brings the far ends of an inverse onto its
 * bounds.
 */
export function inside(x: number, low: number, high: number): number {
  if (x <= low) return next(low, 1);
  return x >= high ? next(high, -1) : x;
}

/** The float64 beside x, above for 1 and below for −1. */
function next(x: number, direction: 1 | -1): number {
  // Not the least number, of which a scale would leave nothing.
  if (x === 0) return direction * 2 ** -1000;
  const bits = new BigInt64Array(Float64Array.of(x).buffer);
  bits[0]! += BigInt(direction * Math.sign(x));
  return new Float64Array(bits.buffer)[0]!;
}
