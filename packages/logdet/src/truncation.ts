import type { Rng } from '@iresnet/core';
import { ensure } from '@iresnet/core/internal';

/**
 * Weights c₁ … c_K of the powers in Σ cₖ (−1)ᵏ⁺¹ tr Aᵏ/k, drawn anew for each call: how an infinite
 * series becomes a finite one. K is the number of products.
 */
export interface Truncation {
  (rng: Rng): Float64Array;
  /** False when the weights are always the same. Absent or true: they are drawn. */
  readonly random?: boolean;
}

/**
 * The first n terms, cₖ = 1: biased by at most {@link seriesBias}, without variance of its own.
 *
 * @param terms - n ≥ 1.
 * @throws IResNetError when n is not such a count.
 *
 * @example
 * ```ts
 * import { createRng } from '@iresnet/core';
 * import { truncated } from '@iresnet/logdet';
 *
 * console.log(truncated(3)(createRng(0))); // 1, 1, 1
 * ```
 */
export function truncated(terms: number): Truncation {
  ensure(Number.isInteger(terms) && terms >= 1, 'logdet.truncated', () => `expected terms ≥ 1, got ${terms}`);
  return Object.assign(() => new Float64Array(terms).fill(1), { random: false });
}
