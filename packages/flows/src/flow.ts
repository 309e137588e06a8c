import { add, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { expect, prefixParams, type Module, type Rng, type Shape } from '@iresnet/core';
import type { BaseDistribution } from './base';
import type { InverseReport, ReportingBijector } from './bijector';

/** A density p(x) = p_z(F(x)) |det ∂F/∂x|; see {@link flow}. */
export interface Flow extends Module {
  readonly bijector: ReportingBijector;
  readonly base: BaseDistribution;
  /** ln p(x), `[B, ...event] → [B]`, nats, in the units of x. Taped once. `rng` feeds the probes of stochastic log-dets. */
  logProb(x: Tensor, rng: Rng): Tensor;
  /** z = F(x) and ln p(x) from one forward pass. Taped once. */
  encodeAndLogProb(x: Tensor, rng: Rng): { z: Tensor; logProb: Tensor };
  /** n draws x = F⁻¹(z), `[n, ...event]`; a temperature below 1 draws nearer to the modes. */
  sample(n: number, rng: Rng, options?: { temperature?: number }): Tensor;
  /** z = F(x). */
  encode(x: Tensor): Tensor;
  /** x = F⁻¹(z) with its error bound. */
  decode(z: Tensor): InverseReport;
}

/**
 * A normalizing flow: ln p(x) = ln p_z(F(x)) + log|det ∂F/∂x|.
 *
 * @param bijector - F, data to latent.
 * @param base - p_z.
 * @param shape - Event shape of x, where F changes it; that of p_z by default.
 * @returns The density. `params`: those of the bijector under `bijector.`, of the base under `base.`.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { createRng } from '@iresnet/core';
 * import { affine, flow, standardNormal } from '@iresnet/flows';
 *
 * const density = flow(affine([0.5], [0]), standardNormal([1])); // N(0, 4)
 * density.logProb(tf.tensor2d([[0]]), createRng(0)).print(); // −½ ln(2π·4) = −1.612
 * ```
 */
export function flow(bijector: ReportingBijector, base: BaseDistribution, shape: Shape = base.shape): Flow {
  const checkBatch = (x: Tensor, event: Shape, name: string) =>
    expect(
      x.rank === event.length + 1 && x.shape[0]! > 0,
      `flows.flow.${name}`,
      () => `expected [B,${event}] with B ≥ 1, got shape [${x.shape}]`,
    );
  const encodeAndLogProb: Flow['encodeAndLogProb'] = (x, rng) =>
    tidy(() => {
      checkBatch(x, shape, 'logProb');
      const { y: z, logDet } = bijector.forwardAndLogDet(x, rng);
      return { z, logProb: add(base.logProb(z), logDet) };
    });
  return {
    bijector,
    base,
    encodeAndLogProb,
    params: prefixParams({ bijector: bijector.params, base: base.params }),
    dispose() {
      bijector.dispose();
      base.dispose();
    },
    logProb: (x, rng) => tidy(() => encodeAndLogProb(x, rng).logProb),
    sample: (n, rng, options = {}) =>
      tidy(() => {
        expect(Number.isInteger(n) && n > 0, 'flows.flow.sample', () => `expected n ≥ 1, got ${n}`);
        return bijector.inverse(base.sample(n, rng, options.temperature));
      }),
    encode(x) {
      checkBatch(x, shape, 'encode');
      return bijector.forward(x);
    },
    decode(z) {
      checkBatch(z, base.shape, 'decode');
      return bijector.inverseWithReport(z);
    },
  };
}
