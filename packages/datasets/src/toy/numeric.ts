import type { Rng } from '@iresnet/core';

/** log of the mean of exp(v), without overflow; −Infinity when every v is. */
export function logMeanExp(values: ArrayLike<number>): number {
  let top = -Infinity;
  for (let i = 0; i < values.length; i++) top = Math.max(top, values[i]!);
  if (top === -Infinity) return -Infinity;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += Math.exp(values[i]! - top);
  return top + Math.log(sum / values.length);
}

/** Two independent standard normal numbers (Box–Muller), in float64. */
export function normalPair(rng: Rng): [number, number] {
  // 1 − next() lies in (0, 1]: the logarithm is finite.
  const radius = Math.sqrt(-2 * Math.log(1 - rng.next()));
  const angle = 2 * Math.PI * rng.next();
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
}

/**
 * Nodes and weights of the n-point Gauss–Legendre rule on [−1, 1], by Newton's method on the
 * Legendre polynomial.
 */
export function gaussLegendre(n: number): { nodes: Float64Array; weights: Float64Array } {
  const nodes = new Float64Array(n);
  const weights = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let x = -Math.cos((Math.PI * (i + 0.75)) / (n + 0.5));
    let slope = 0;
    // Newton converges quadratically from this start: six steps are beyond float64 for every n.
    for (let step = 0; step < 6; step++) {
      let previous = 1;
      let value = x;
      for (let k = 2; k <= n; k++) {
        const next = ((2 * k - 1) * x * value - (k - 1) * previous) / k;
        previous = value;
        value = next;
      }
      slope = (n * (x * value - previous)) / (x * x - 1);
      x -= value / slope;
    }
    nodes[i] = x;
    weights[i] = 2 / ((1 - x * x) * slope * slope);
  }
  return { nodes, weights };
}
