import type { Module, Rng, Shape } from '@iresnet/core';
import type { Tensor } from '@tensorflow/tfjs-core';

/** The distribution of the latent z. */
export interface BaseDistribution extends Module {
  /** Event shape of z. */
  readonly shape: Shape;
  /** ln p(z), `[B, ...event] → [B]`, nats. */
  logProb(z: Tensor): Tensor;
  /**
   * n draws at temperature T, which multiplies the deviation. `[n, ...event]`, owned by the caller.
   */
  sample(n: number, rng: Rng, temperature?: number): Tensor;
}
