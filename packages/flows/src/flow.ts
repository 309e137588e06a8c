import { add, mean, neg, sub, tidy, type Scalar, type Tensor } from '@tensorflow/tfjs-core';
import {
  compose,
  type Bijector,
  type Composition,
  type InverseReport,
  type ReportOptions,
  type Rng,
  type Shape,
} from '@iresnet/core';
import {
  checkOptions,
  checkParts,
  checkRng,
  checkTensor,
  ensure,
  lengthsAbove,
  readBounds,
} from '@iresnet/core/internal';
import type { BaseDistribution } from './bases/base';
import { reportForward, reportInverse } from './report';

/** Options of {@link Flow.sample}. */
export interface SampleOptions {
  /**
   * T multiplies the deviation of the base distribution. Below 1 the draws lie nearer to the modes.
   * Default 1.
   */
  readonly temperature?: number;
}

/** A decoded latent: x = F⁻¹(z), with what is known about its error. */
export type Decoded = InverseReport & {
  /**
   * `[B]`: ‖F(x) − z‖₂ as computed, the forward residual: what is left when x goes back to the
   * latent. It is no bound of the error of x, which can be larger by the stretching of F⁻¹, but it
   * shows how much of a bound is caution. Infinity where it is not finite.
   */
  readonly residual: number[];
};

/** A density p(x) = p_z(F(x)) |det ∂F/∂x|; see {@link flow}. */
export interface Flow extends Composition {
  readonly bijector: Bijector;
  readonly base: BaseDistribution;
  /**
   * ln p(x), `[B, ...event] → [B]`, nats, in the units of x. Taped once. `rng` feeds the probes of
   * stochastic log-determinants.
   */
  logProb(x: Tensor, rng: Rng): Tensor;
  /** z = F(x) and ln p(x) from one forward pass. Taped once. */
  encodeAndLogProb(x: Tensor, rng: Rng): { z: Tensor; logProb: Tensor };
  /** n draws x = F⁻¹(z), `[n, ...event]`. */
  sample(n: number, rng: Rng, options?: SampleOptions): Tensor;
  /** z = F(x). */
  encode(x: Tensor): Tensor;
  /**
   * x = F⁻¹(z) with its error bound and its forward residual. `zError`, `[B]`, is how far z may
   * itself be from the truth; the bound then includes it. `local` bounds are closer, and cost more.
   * An example that fails is reported, and never ends the others.
   */
  decode(z: Tensor, zError?: ArrayLike<number>, options?: ReportOptions): Decoded;
}

/**
 * A normalizing flow: ln p(x) = ln p_z(F(x)) + log|det ∂F/∂x|.
 *
 * @param bijector - F, data to latent.
 * @param base - p_z.
 * @param eventShape - Event shape of x, where F changes it. Default that of p_z.
 * @returns The density. `params`: those of the bijector under `bijector.`, those of the base under
 * `base.`.
 * @throws IResNetError when an argument is not what it should be; from the methods, for a batch of
 * another shape, a disposed or an int32 tensor, or without an rng.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { createRng } from '@iresnet/core';
 * import { affine, flow, standardNormal } from '@iresnet/flows';
 *
 * const density = flow(affine([0.5], [0]), standardNormal([1])); // N(0, 4)
 * density.logProb(tf.tensor2d([[0]]), createRng(0)).print(); // −½ ln(2π·4) = −1.612
 * ```
 */
export function flow(bijector: Bijector, base: BaseDistribution, eventShape?: Shape): Flow {
  checkParts('flows.flow', [bijector], 'forwardAndLogDet');
  ensure(
    typeof (base as Partial<BaseDistribution> | undefined)?.logProb === 'function' &&
      base.shape !== undefined,
    'flows.flow',
    () => 'expected flow(bijector, base) with a base distribution such as standardNormal(shape)',
  );
  const shape = eventShape ?? base.shape;
  const checkBatch = (x: Tensor, event: Shape, name: string) => {
    const where = `flows.flow.${name}`;
    checkTensor(where, name === 'decode' ? 'z' : 'x', x);
    ensure(
      x.rank === event.length + 1 && x.shape[0]! > 0 && x.shape.slice(1).join() === event.join(),
      where,
      () => `expected [B,${event}] with B ≥ 1, got shape [${x.shape}]`,
    );
  };
  const encodeAndLogProb: Flow['encodeAndLogProb'] = (x, rng) =>
    tidy(() => {
      checkBatch(x, shape, 'logProb');
      checkRng('flows.flow.logProb', rng);
      const { y: z, logDet } = bijector.forwardAndLogDet(x, rng);
      return { z, logProb: add(base.logProb(z), logDet) };
    });
  return {
    ...compose({ bijector, base }),
    bijector,
    base,
    encodeAndLogProb,
    logProb: (x, rng) => tidy(() => encodeAndLogProb(x, rng).logProb),
    sample: (n, rng, options = {}) =>
      tidy(() => {
        const where = 'flows.flow.sample';
        ensure(Number.isInteger(n) && n > 0, where, () => `expected n ≥ 1, got ${n}`);
        checkRng(where, rng);
        checkOptions(where, options, { temperature: true });
        return bijector.inverse(base.sample(n, rng, options.temperature));
      }),
    encode(x) {
      checkBatch(x, shape, 'encode');
      return bijector.forward(x);
    },
    decode(z, zError, options) {
      checkBatch(z, base.shape, 'decode');
      const report = reportInverse(bijector, z, zError, options);
      try {
        const lengths = tidy(() => {
          // A report never starts what starts on a first batch.
          const again = reportForward(bijector, report.value).value;
          return lengthsAbove(sub(again, z));
        });
        const residual = readBounds(lengths);
        lengths.dispose();
        return { ...report, residual };
      } catch (error) {
        report.value.dispose();
        throw error;
      }
    },
  };
}

/**
 * −mean ln p(x), nats per example: the loss of maximum likelihood, as the scalar that an optimizer
 * takes.
 *
 * @param density - Anything with `logProb`: a {@link flow}, a model.
 * @param x - `[B, ...event]`.
 * @param rng - Feeds the probes of stochastic log-determinants.
 * @returns A scalar, taped. The caller owns it.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { createRng } from '@iresnet/core';
 * import { actNorm, flow, negativeLogLikelihood, standardNormal } from '@iresnet/flows';
 *
 * const rng = createRng(0);
 * const density = flow(actNorm([2]), standardNormal([2]));
 * const x = rng.normal([64, 2]);
 * tf.train.adam(0.01).minimize(() => negativeLogLikelihood(density, x, rng));
 * ```
 */
export function negativeLogLikelihood(density: Pick<Flow, 'logProb'>, x: Tensor, rng: Rng): Scalar {
  return tidy(() => neg(mean<Scalar>(density.logProb(x, rng))));
}
