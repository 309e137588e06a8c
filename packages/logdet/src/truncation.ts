import type { Rng } from '@iresnet/core';
import { ensure } from '@iresnet/core/internal';

/**
 * Weights c₁ … c_K of the powers in Σ cₖ (−1)ᵏ⁺¹ tr Aᵏ/k, drawn anew for each call: how an infinite series becomes a finite one.
 * K is the number of products.
 */
export type Truncation = (rng: Rng) => Float64Array;

/**
 * The first n terms, cₖ = 1: biased by at most {@link seriesBias}, no variance of its own.
 *
 * @param terms - n ≥ 1.
 */
export function truncated(terms: number): Truncation {
  ensure(Number.isInteger(terms) && terms >= 1, 'logdet.truncated', () => `expected terms ≥ 1, got ${terms}`);
  return () => new Float64Array(terms).fill(1);
}

/**
 * Worst-case bias of n terms, in nats: |tr log(I+A) − Σ_{k≤n}| ≤ −d (ln(1−L) + Σ_{k≤n} Lᵏ/k) for ‖A‖₂ ≤ L.
 *
 * @param lipschitz - L, 0 ≤ L < 1.
 * @param dimension - d.
 * @param terms - n.
 * @throws IResNetError when L is not in [0, 1), or n is no count.
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
  ensure(lipschitz >= 0 && lipschitz < 1, 'logdet.seriesBias', () => `expected 0 ≤ L < 1, got ${lipschitz}`);
  ensure(
    Number.isInteger(terms) && terms >= 0,
    'logdet.seriesBias',
    () => `expected terms ≥ 0, got ${terms}`,
  );
  let power = lipschitz ** (terms + 1);
  if (power > 0.5) {
    // L near 1: the tail would need a million terms, and the closed form has no large part to cancel.
    let head = 0;
    for (let k = 1; k <= terms; k++) head += lipschitz ** k / k;
    return dimension * (-Math.log1p(-lipschitz) - head);
  }
  // The tail Σ_{k>n} Lᵏ/k itself: the difference of the closed form would cancel.
  let tail = 0;
  for (let k = terms + 1; power / k > 1e-18 * tail && power > 0; k++) {
    tail += power / k;
    power *= lipschitz;
  }
  return dimension * tail;
}
