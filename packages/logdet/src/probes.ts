import type { Tensor } from '@tensorflow/tfjs-core';
import { basisVectors, type Rng, type Shape } from '@iresnet/core';
import { checkRng, checkTensor, described, ensure } from '@iresnet/core/internal';

/**
 * Vectors u with Σ weight · u uᵀ = I, exactly or on average, so that tr f(A) = Σ weight · uᵀ f(A)
 * u.
 */
export interface ProbeSet {
  /** `[S, B, ...event]`. The caller owns it. */
  readonly vectors: Tensor;
  /** The weight of each probe: 1/S for random probes, 1 for a basis. */
  readonly weight: number;
  /**
   * How many of the vectors, the last ones, are random; for the standard error. Default all S. A
   * full basis has none.
   */
  readonly random?: number;
  /**
   * N, when the random vectors are S of a random orthogonal frame of N. Default: they are
   * independent.
   */
  readonly outOf?: number;
}

/** Draws probes for a batch of the shape `[B, ...event]`. */
export type Probe = (shape: Shape, rng: Rng) => ProbeSet;

/**
 * Draws probes that suit A; `product` multiplies `[S, B, ...event]` by it. Every {@link Probe} is
 * one.
 */
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
    set?.vectors?.shape.slice(1).join() === shape.join(),
    where,
    () => `expected probes of shape [S,${shape}], got ${found(set)}`,
  );
  return set;
}

function found(set: Partial<ProbeSet> | undefined): string {
  return set?.vectors ? `[${set.vectors.shape}]` : described(set);
}

/**
 * Signs ±1 with equal probability. Their variance is the smallest among independent entries,
 * 2·Σ_{i≠j} Aᵢⱼ² for symmetric A.
 *
 * @param samples - S, probes per example. Default 1.
 * @throws IResNetError when S is not a count.
 *
 * @example
 * ```ts
 * import { createRng } from '@iresnet/core';
 * import { rademacher } from '@iresnet/logdet';
 *
 * const { vectors } = rademacher(2)([3, 4], createRng(0));
 * console.log(vectors.shape); // [ 2, 3, 4 ]: two probes for each of three examples
 * ```
 *
 * @see Hutchinson, A stochastic estimator of the trace of the influence matrix (1990).
 */
export function rademacher(samples = 1): Probe {
  checkSamples('rademacher', samples);
  return (shape, rng) => {
    checkRng('logdet.rademacher', rng);
    return { vectors: rng.rademacher([samples, ...shape]), weight: 1 / samples };
  };
}

/**
 * Standard normal entries, as the official i-ResNet code draws them. Their variance is 2‖A‖²_F for
 * symmetric A.
 *
 * @param samples - S, probes per example. Default 1.
 * @throws IResNetError when S is not a count.
 *
 * @example
 * ```ts
 * import { createRng } from '@iresnet/core';
 * import { gaussian } from '@iresnet/logdet';
 *
 * gaussian()([1, 4], createRng(0)).vectors.print(); // [1, 1, 4]
 * ```
 */
export function gaussian(samples = 1): Probe {
  checkSamples('gaussian', samples);
  return (shape, rng) => {
    checkRng('logdet.gaussian', rng);
    return { vectors: rng.normal([samples, ...shape]), weight: 1 / samples };
  };
}

/**
 * The unit vectors e₁ … e_d: no randomness and the exact trace, for d products instead of one. For
 * small d and for tests.
 *
 * @example
 * ```ts
 * import { createRng } from '@iresnet/core';
 * import { basis } from '@iresnet/logdet';
 *
 * basis()([1, 3], createRng(0)).vectors.print(); // the rows of the identity, [3, 1, 3]
 * ```
 */
export function basis(): Probe {
  return (shape) => ({ vectors: basisVectors(shape[0]!, shape.slice(1)), weight: 1, random: 0 });
}

/**
 * Probes that are given once, for common random numbers across calls and for tests. They stay the
 * caller's.
 *
 * @param vectors - `[S, B, ...event]`.
 * @param weight - The weight of each of them. Default 1/S.
 * @throws IResNetError when the vectors are not a living tensor of float32.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { createRng } from '@iresnet/core';
 * import { fixedProbes, powerSeries } from '@iresnet/logdet';
 *
 * const rng = createRng(0);
 * const estimate = powerSeries({ probe: fixedProbes(rng.rademacher([4, 1, 3])) });
 * estimate((v) => tf.mul(0.5, v), [1, 3], rng).print(); // 3 ln 1.5 = 1.2164
 * ```
 */
export function fixedProbes(vectors: Tensor, weight?: number): Probe {
  checkTensor('logdet.fixedProbes', 'vectors', vectors);
  return () => ({ vectors: vectors.clone(), weight: weight ?? 1 / vectors.shape[0]! });
}

export function checkSamples(name: string, samples: number): void {
  ensure(
    Number.isInteger(samples) && samples >= 1,
    `logdet.${name}`,
    () => `expected samples ≥ 1, got ${described(samples)}`,
  );
}

/** Refuse a probe that is not a function, such as its name. */
export function checkProbe(where: string, probe: AdaptedProbe): void {
  ensure(
    typeof probe === 'function',
    where,
    () =>
      `expected a probe such as rademacher(), got ${described(probe)}; logDetFromSpec takes names and plain JSON`,
  );
}
