/**
 * The h of greatest leave-one-out log-likelihood, Σᵢ log mean_{j≠i} N(zᵢ; zⱼ, h²I).
 *
 * A row is left out together with its exact copies. They say nothing about the width between rows,
 * and with them the likelihood of a rounded table grows without bound as h → 0. It tries twelve
 * values of h in geometric order, then golden sections around the best one. Deterministic.
 *
 * @param z - Standardized rows.
 * @param d - Values in a row.
 */
export function leaveOneOutBandwidth(z: Float64Array, d: number): number {
  const n = z.length / d;
  const distances = squaredDistances(z, d);
  const score = (logH: number) => leaveOneOut(distances, d, Math.exp(logH));

  // Scott's rule is right for a Gaussian. Rows with structure want less, never much more.
  const scott = n ** (-1 / (d + 4));
  const step = Math.log(100) / 11;
  let best = -Infinity;
  let centre = 0;
  for (let i = 0; i < 12; i++) {
    const logH = Math.log(scott / 50) + i * step;
    const value = score(logH);
    if (value > best) [best, centre] = [value, logH];
  }
  return Math.exp(goldenSection(score, centre - step, centre + step, 1e-3));
}

/** The place of the greatest value of a unimodal f on [low, high], to `tolerance`. */
function goldenSection(f: (x: number) => number, low: number, high: number, tolerance: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let a = high - ratio * (high - low);
  let b = low + ratio * (high - low);
  let fa = f(a);
  let fb = f(b);
  while (high - low > tolerance) {
    if (fa < fb) {
      [low, a, fa] = [a, b, fb];
      b = low + ratio * (high - low);
      fb = f(b);
    } else {
      [high, b, fb] = [b, a, fa];
      a = high - ratio * (high - low);
      fa = f(a);
    }
  }
  return (low + high) / 2;
}

/**
 * For one row, the squared distances to the rows that differ from it: the least, and the rest less
 * that.
 */
interface Distances {
  readonly nearest: number;
  readonly excess: Float64Array;
}

function squaredDistances(z: Float64Array, d: number): Distances[] {
  const n = z.length / d;
  const row = new Float64Array(n);
  return Array.from({ length: n }, (_, i) => {
    for (let j = 0; j < n; j++) {
      let square = 0;
      for (let c = 0; c < d; c++) square += (z[i * d + c]! - z[j * d + c]!) ** 2;
      row[j] = square;
    }
    const others = row.filter((square) => square > 0);
    const nearest = others.reduce((least, square) => Math.min(least, square), Infinity);
    return { nearest, excess: others.map((square) => square - nearest) };
  });
}

/** The mean over rows, without the terms that do not depend on h. */
function leaveOneOut(distances: readonly Distances[], d: number, h: number): number {
  const factor = 0.5 / (h * h);
  // exp(−40) is beyond the sixteen digits of a sum that holds exp(0).
  const reach = 40 / factor;
  let total = 0;
  for (const { nearest, excess } of distances) {
    let sum = 0;
    for (let j = 0; j < excess.length; j++) if (excess[j]! < reach) sum += Math.exp(-factor * excess[j]!);
    total += Math.log(sum / excess.length) - factor * nearest;
  }
  return total / distances.length - d * Math.log(h);
}
