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
