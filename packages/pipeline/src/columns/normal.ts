/** ln √(2π). */
const LOG_ROOT = Math.log(2 * Math.PI) / 2;
/** Where the series gives way to the continued fraction. */
const FAR = 2.5;
/** Terms of the continued fraction: at 2.5 they leave less than a rounding. */
const TERMS = 120;

/** ln φ(y), the density of a standard normal, nats. */
export function logNormal(y: number): number {
  return -(y * y) / 2 - LOG_ROOT;
}

/** Φ(y), the share of a standard normal below y, with all its digits for y far below 0 too. */
export function normalShare(y: number): number {
  if (y > 0) return 1 - normalShare(-y);
  if (y < -FAR) {
    // Mills' ratio as a continued fraction: 1/(x + 1/(x + 2/(x + …))).
    const x = -y;
    let rest = x;
    for (let k = TERMS; k >= 1; k--) rest = x + k / rest;
    return Math.exp(logNormal(y)) / rest;
  }
  // ½ + φ(y)(y + y³/3 + y⁵/15 + …).
  let [term, sum] = [y, y];
  for (let k = 3; Math.abs(term) > 1e-17 * Math.abs(sum); k += 2) {
    term *= (y * y) / k;
    sum += term;
  }
  return 0.5 + Math.exp(logNormal(y)) * sum;
}

/**
 * Φ⁻¹(p) for p in (0, ½], by Newton's steps on ln Φ, which is concave, from the left of the root.
 * Beyond ½ use the share above: −Φ⁻¹(1 − p).
 */
export function normalScore(p: number): number {
  // Φ(y) ≤ ½ e^(−y²/2), so that the root is not left of this.
  let y = -Math.sqrt(Math.max(0, -2 * Math.log(2 * p)));
  for (let step = 0; step < 50; step++) {
    const share = normalShare(y);
    const change = (Math.log(share) - Math.log(p)) / Math.exp(logNormal(y) - Math.log(share));
    y -= change;
    if (Math.abs(change) <= 1e-15 * Math.max(1, Math.abs(y))) break;
  }
  return Math.min(0, y);
}
