/** A quadrature rule on [0, 1]: ∫₀¹ f ≈ Σ wₖ f(xₖ). */
export interface Quadrature {
  readonly nodes: Float64Array;
  readonly weights: Float64Array;
}

/**
 * The Gauss–Legendre rule of n nodes on [0, 1], exact for polynomials of degree 2n − 1. The nodes
 * are the zeros of the Legendre polynomial Pₙ, found by Newton's method in float64.
 */
export function gaussLegendre(n: number): Quadrature {
  const nodes = new Float64Array(n);
  const weights = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let z = Math.cos((Math.PI * (i + 0.75)) / (n + 0.5));
    let slope = 0;
    // Newton from this start converges in four steps; more do no harm.
    for (let step = 0; step < 10; step++) {
      let before = 1;
      let value = z;
      for (let k = 2; k <= n; k++) {
        const next = ((2 * k - 1) * z * value - (k - 1) * before) / k;
        before = value;
        value = next;
      }
      slope = (n * (z * value - before)) / (z * z - 1);
      z -= value / slope;
    }
    nodes[i] = (1 + z) / 2;
    weights[i] = 1 / ((1 - z * z) * slope * slope);
  }
  return { nodes, weights };
}
