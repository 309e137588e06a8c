import { ensure } from '@iresnet/core/internal';

/**
 * Largest bias of n terms of the series, in nats:
 * |tr log(I+A) − Σ_{k≤n}| ≤ d Σ_{k>n} Lᵏ/k = −d (ln(1−L) + Σ_{k≤n} Lᵏ/k) for ‖A‖₂ ≤ L.
 *
 * @param lipschitz - L, 0 ≤ L < 1.
 * @param dimension - d.
 * @param terms - n ≥ 0.
 * @throws IResNetError when L is not in [0, 1), or n is not a count.
 *
 * @example
 * ```ts
 * import { seriesBias } from '@iresnet/logdet';
 *
 * console.log(seriesBias(0.9, 2, 10)); // nats, at most
 * ```
 *
 * @see Behrmann et al., theorem 3 (arXiv 1811.00995).
 */
export function seriesBias(lipschitz: number, dimension: number, terms: number): number {
  return dimension * tail('logdet.seriesBias', 'terms', lipschitz, terms);
}

/**
 * Largest bias of Arnoldi with m products, in nats: 2d Σ_{k>m} Lᵏ/k for ‖A‖₂ ≤ L, and 0 for m ≥ d.
 *
 * Proof. Let v = u/‖u‖, let V be the basis of span(v, Av, …, Aᵐ⁻¹v), and H = VᵀAV. Then V Hᵏe₁ =
 * Aᵏv for k < m, and so Hᵐe₁ = VᵀAV Hᵐ⁻¹e₁ = VᵀAᵐv. Hence e₁ᵀHᵏe₁ = vᵀAᵏv for k ≤ m. Only the terms
 * k > m of the series of log(I + A) and log(I + H) differ. Each is at most Lᵏ/k in both, since ‖H‖₂
 * ≤ ‖A‖₂. One probe is therefore off by at most 2‖u‖² Σ_{k>m} Lᵏ/k. All probes of this package have
 * E[Σ weight · u uᵀ] = I, and the trace of that is d.
 *
 * @param lipschitz - L, 0 ≤ L < 1.
 * @param dimension - d.
 * @param products - m ≥ 0.
 * @throws IResNetError when L is not in [0, 1), or m is not a count.
 *
 * @example
 * ```ts
 * import { krylovBias, seriesBias } from '@iresnet/logdet';
 *
 * console.log(krylovBias(0.9, 100, 8)); // nats, at most, for eight products
 * console.log(seriesBias(0.9, 100, 8)); // for eight terms
 * ```
 */
export function krylovBias(lipschitz: number, dimension: number, products: number): number {
  const one = tail('logdet.krylovBias', 'products', lipschitz, products);
  return products >= dimension ? 0 : 2 * dimension * one;
}

/** Σ_{k>n} Lᵏ/k. */
function tail(where: string, name: string, lipschitz: number, n: number): number {
  ensure(lipschitz >= 0 && lipschitz < 1, where, () => `expected 0 ≤ L < 1, got ${lipschitz}`);
  ensure(Number.isInteger(n) && n >= 0, where, () => `expected ${name} ≥ 0, got ${n}`);
  let power = lipschitz ** (n + 1);
  if (power > 0.5) {
    // L near 1: the sum would need a million terms, and the closed form has no large part to
    // cancel.
    let head = 0;
    for (let k = 1; k <= n; k++) head += lipschitz ** k / k;
    return -Math.log1p(-lipschitz) - head;
  }
  // The sum itself: the difference of the closed form would cancel.
  let total = 0;
  for (let k = n + 1; power / k > 1e-18 * total && power > 0; k++) {
    total += power / k;
    power *= lipschitz;
  }
  return total;
}
