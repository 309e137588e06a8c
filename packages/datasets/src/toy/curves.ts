import type { ToyDefinition } from './toyDefinition';
import { curveWithNoise, type Arc } from './curve';

const { PI, cos, sin, sqrt } = Math;

/**
 * Two half circles of radius 2, (2 cos t − 1, 2 sin t − 0.2) and (1 − 2 cos t, 0.8 − 2 sin t), t ~
 * U[0, π]; σ = 0.2. These are scikit-learn's moons with noise 0.1 after the scaling 2x + (−1, −0.2)
 * that the field uses, which doubles the noise.
 */
export const moons: ToyDefinition = curveWithNoise('two half moons', 4.5, 0.2, [
  { from: 0, to: PI, at: (t) => [2 * cos(t) - 1, 2 * sin(t) - 0.2] },
  { from: 0, to: PI, at: (t) => [1 - 2 * cos(t), 0.8 - 2 * sin(t)] },
]);

/**
 * (t cos t, t sin t)/5, t ~ U[3π/2, 9π/2]; σ = 0.2: scikit-learn's swiss roll with noise 1, axes 0
 * and 2, divided by 5.
 */
export const swissroll: ToyDefinition = curveWithNoise('one spiral, a swiss roll from the side', 4.1, 0.2, [
  { from: 1.5 * PI, to: 4.5 * PI, at: (t) => [(t * cos(t)) / 5, (t * sin(t)) / 5] },
]);

/** Circles of radius 0.75, 1.5, 2.25, 3 with equal weight, angle uniform; σ = 0.08. */
export const rings: ToyDefinition = curveWithNoise(
  'four rings',
  3.5,
  0.08,
  [0.75, 1.5, 2.25, 3].map((r): Arc => ({ from: 0, to: 2 * PI, at: (t) => [r * cos(t), r * sin(t)] })),
);

const turns = 3 * PI;
const spiral = (sign: number): Arc => ({
  from: 0,
  to: turns,
  at: (t) => [(sign * (0.25 - t * cos(t))) / 3, (sign * (0.25 + t * sin(t))) / 3],
  parameter: { density: (t) => (2 * t) / turns ** 2, quantile: (u) => turns * sqrt(u) },
});

/**
 * ±((0.25 − t cos t)/3, (0.25 + t sin t)/3), t = 3π√u, u ~ U[0, 1]; σ² = 0.1² + 1/432. The usual
 * definition adds U[0, 0.5] to each coordinate before the division by 3, then N(0, 0.1²); here that
 * uniform number is its mean, 0.25, with its variance, (0.5/3)²/12 = 1/432, in the Gaussian, so
 * that the noise is isotropic.
 */
export const twoSpirals: ToyDefinition = curveWithNoise('two spirals', 4, sqrt(0.01 + 1 / 432), [
  spiral(1),
  spiral(-1),
]);

/** (t, t), t ~ U[−2.5, 2.5]; σ = 0.1. The usual definition has no noise, and so no density. */
export const line: ToyDefinition = curveWithNoise('a noisy line', 3.2, 0.1, [
  { from: -2.5, to: 2.5, at: (t) => [t, t] },
]);

/**
 * (t, 2.5 sin t), t ~ U[−2.5, 2.5]; σ = 0.1. The usual definition has no noise, and so no density.
 */
export const cosine: ToyDefinition = curveWithNoise('one wave', 3.2, 0.1, [
  { from: -2.5, to: 2.5, at: (t) => [t, 2.5 * sin(t)] },
]);
