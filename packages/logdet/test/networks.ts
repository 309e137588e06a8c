import * as tf from '@tensorflow/tfjs';
import { createRng, type LipschitzMap } from '@iresnet/core';
import { activation, dense, sequential, type ActivationName } from '@iresnet/lipschitz';
import { logAbsDet } from '@iresnet/testing';

/**
 * A network d → h → d with its bounds switched off and weights small enough to be a contraction
 * without them.
 */
export function network(name: ActivationName, d: number, hidden: number): LipschitzMap {
  const make = (inputs: number, outputs: number, seed: number) => {
    const layer = dense({ inputs, outputs, coefficient: Infinity, rng: createRng(seed) });
    tf.tidy(() => layer.params['kernel']!.assign(tf.mul(0.8, layer.params['kernel']!)));
    return layer;
  };
  return sequential(make(d, hidden, 3), activation(name), make(hidden, d, 4));
}

const logistic = (x: number) => 1 / (1 + Math.exp(-x));
/** The activations that work on each value by itself. */
export type Elementwise = Exclude<ActivationName, 'maxMin' | 'groupSort' | 'cLipSwish' | 'cRelu' | 'cSin'>;

/** σ′ in float64, by hand. */
const slopes: Readonly<Record<Elementwise, (x: number, beta: number) => number>> = {
  elu: (x) => (x > 0 ? 1 : Math.exp(x)),
  softplus: logistic,
  lipSwish: (x, raw) => {
    const t = Math.log1p(Math.exp(raw)) * x;
    const p = logistic(t);
    return (p + t * p * (1 - p)) / 1.1;
  },
  relu: (x) => (x > 0 ? 1 : 0),
  leakyRelu: (x) => (x > 0 ? 1 : 0.2),
  tanh: (x) => 1 - Math.tanh(x) ** 2,
  sin: Math.cos,
  identity: () => 1,
};

/** Their names. */
export const elementwiseNames = Object.keys(slopes) as readonly Elementwise[];

/** The parameters of {@link network} as numbers. */
export type Weights = Readonly<Record<string, readonly number[]>>;

/**
 * Σ over the batch of log|det(I + ∂g/∂x)| in float64: I + K₂ᵀ diag(σ′(x K₁ + b₁)) K₁ᵀ written out.
 */
export function exactLogDet(
  name: Elementwise,
  weights: Weights,
  batch: readonly (readonly number[])[],
  hidden: number,
): number {
  const first = weights['0.kernel']!;
  const bias = weights['0.bias']!;
  const second = weights['2.kernel']!;
  const beta = weights['1.beta']?.[0] ?? 0;
  return batch.reduce((total, x) => {
    const d = x.length;
    const slope = bias.map((b, k) =>
      slopes[name](
        x.reduce((sum, value, i) => sum + value * first[i * hidden + k]!, b),
        beta,
      ),
    );
    const matrix = x.map((_, j) =>
      x.map((_, i) =>
        slope.reduce((sum, s, k) => sum + first[i * hidden + k]! * s * second[k * d + j]!, i === j ? 1 : 0),
      ),
    );
    return total + logAbsDet(matrix);
  }, 0);
}
