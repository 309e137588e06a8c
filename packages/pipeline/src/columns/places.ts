/** Coordinates of a lattice that are not the same but for a turn. */
const APART = 8;

/** How many places judge the noise of k whole numbers by default: 13, and 17 from three on. */
export function defaultPlaces(k: number): number {
  return k === 0 ? 1 : k < 3 ? 13 : 17;
}

/**
 * Coordinate j of place i of n in the unit cube: a lattice of rank one through its centre. In each
 * coordinate the places are the middles of n equal parts. For odd n each place has its mirror
 * image, so that a mean over them has no error in what is odd about the centre.
 *
 * @see Sloan and Joe, Lattice methods for multiple integration (1994).
 */
export function placeOf(i: number, n: number, j: number): number {
  const factors = factorsOf(n);
  const turn = Math.floor(n / 2) + 6 * Math.floor(j / APART);
  return (((i * factors[j % factors.length]! + turn) % n) + 0.5) / n;
}

const known = new Map<number, readonly number[]>();

/**
 * The factors of the coordinates, one by one: that which correlates least with all before it, since
 * a mean over the places is wrong by the correlation in the product of two coordinates.
 */
function factorsOf(n: number): readonly number[] {
  const found = known.get(n);
  if (found) return found;
  const left = Array.from({ length: Math.ceil(n / 2) }, (_, r) => r).filter((r) => divisor(r, n) === 1);
  const factors = left.splice(0, 1);
  if (factors.length === 0) factors.push(1);
  const worst = left.map(() => 0);
  while (factors.length < Math.min(APART, left.length + 1)) {
    const last = factors.at(-1)!;
    left.forEach((r, at) => (worst[at] = Math.max(worst[at]!, Math.abs(correlation(last, r, n)))));
    let best = -1;
    left.forEach((r, at) => {
      if (!factors.includes(r) && (best < 0 || worst[at]! < worst[best]! - 1e-9)) best = at;
    });
    factors.push(left[best]!);
  }
  known.set(n, factors);
  return factors;
}

/** Σ (x − ½)(y − ½) of the places in two coordinates with these factors. */
function correlation(a: number, b: number, n: number): number {
  const middle = (n - 1) / 2;
  const turn = Math.floor(n / 2);
  let sum = 0;
  for (let i = 0; i < n; i++) sum += (((i * a + turn) % n) - middle) * (((i * b + turn) % n) - middle);
  return sum / n ** 3;
}

/** The greatest common divisor. */
function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}
