/**
 * Distance of a float32 from the exact value, in units in the last place of float32 at that value.
 */
export function ulps(got: number, exact: number): number {
  if (Object.is(got, exact) || (Number.isNaN(got) && Number.isNaN(exact))) return 0;
  if (!Number.isFinite(got) || !Number.isFinite(exact)) {
    return got === Math.fround(exact) ? 0 : Infinity; // overflow rounds to infinity
  }
  const exponent = Math.max(-126, Math.floor(Math.log2(Math.abs(exact) || Number.MIN_VALUE)));
  return Math.abs(got - exact) / 2 ** (exponent - 23);
}

/**
 * Values that tables, branches and vectors of four get wrong: grids, neighbours of zero, extremes,
 * non-numbers.
 */
export const specials = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  1e-45,
  -1e-45,
  1.1754943508222875e-38,
  1e-38,
  -1e-38,
  1e-20,
  -1e-20,
  1e-7,
  -1e-7,
  88.7,
  88.8,
  -87.4,
  -103.9,
  -104.1,
  1e4,
  -1e4,
  1e5,
  999999.9,
  1000000,
  1000000.1,
  -1e6,
  3e6,
  1e10,
  -1e10,
  3.4028234663852886e38,
  -3.4028234663852886e38,
  Infinity,
  -Infinity,
  NaN,
].map(Math.fround);

/** `count` float32 values from `low` to `high`, both included. */
export const grid = (low: number, high: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => Math.fround(low + ((high - low) * i) / (count - 1)));
