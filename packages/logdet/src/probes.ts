import type { Tensor } from '@tensorflow/tfjs-core';
import { basisVectors, type Rng, type Shape } from '@iresnet/core';
import { ensure } from '@iresnet/core/internal';

/** Vectors u with Σ weight · u uᵀ = I, exactly or on average: then tr f(A) = Σ weight · uᵀ f(A) u. */
export interface ProbeSet {
  /** `[S, B, ...event]`. The caller owns it. */
  readonly vectors: Tensor;
  /** What each probe counts: 1/S for random probes, 1 for a basis. */
  readonly weight: number;
}

/** Draws probes for a batch of the shape `[B, ...event]`. */
export type Probe = (shape: Shape, rng: Rng) => ProbeSet;

/** Draws probes that suit A; `product` multiplies `[S, B, ...event]` by it. Every {@link Probe} is one. */
export type AdaptedProbe = (shape: Shape, rng: Rng, product: (v: Tensor) => Tensor) => ProbeSet;

/** The probes of one call, refused unless they are `[S, ...shape]`. */
export function drawProbes(
  where: string,
  probe: AdaptedProbe,
  shape: Shape,
  rng: Rng,
  product: (v: Tensor) => Tensor,
): ProbeSet {
  const set = probe(shape, rng, product);
  ensure(
    set.vectors.shape.slice(1).join() === shape.join(),
    where,
    () => `expected probes of shape [S,${shape}], got [${set.vectors.shape}]`,
  );
  return set;
}

/**
 * ±1 with equal probability: the smallest variance among independent entries, 2·Σ_{i≠j} Aᵢⱼ² for symmetric A.
 *
 * @param samples - S, probes per example. Default 1.
 * @see Hutchinson, A stochastic estimator of the trace of the influence matrix (1990).
 */
export function rademacher(samples = 1): Probe {
  checkSamples('rademacher', samples);
  return (shape, rng) => ({ vectors: rng.rademacher([samples, ...shape]), weight: 1 / samples });
}

/** Standard normal entries, as the official i-ResNet code draws them. Variance 2‖A‖²_F for symmetric A. */
export function gaussian(samples = 1): Probe {
  checkSamples('gaussian', samples);
  return (shape, rng) => ({ vectors: rng.normal([samples, ...shape]), weight: 1 / samples });
}

/** The unit vectors e₁ … e_d: no randomness, the exact trace, d products for one. For small d and for tests. */
export function basis(): Probe {
  return (shape) => ({ vectors: basisVectors(shape[0]!, shape.slice(1)), weight: 1 });
}

/** Fixed probes, given once: for common random numbers across calls, and for tests. They stay the caller's. */
export function fixedProbes(vectors: Tensor, weight = 1 / vectors.shape[0]!): Probe {
  return () => ({ vectors: vectors.clone(), weight });
}

export function checkSamples(name: string, samples: number): void {
  ensure(
    Number.isInteger(samples) && samples >= 1,
    `logdet.${name}`,
    () => `expected samples ≥ 1, got ${samples}`,
  );
}
