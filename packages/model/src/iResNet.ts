import {
  abs,
  add,
  argMax,
  concat,
  max,
  mul,
  reshape,
  softmax,
  sub,
  tidy,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { compose, type Composition, type InverseReport, type Rng, type Shape } from '@iresnet/core';
import { ensure } from '@iresnet/core/internal';
import { bitsPerDim } from './bitsPerDim';
import { certify, type Certificate } from './certify';
import {
  classifierHead,
  type ClassifierHead,
  type ClassifierHeadConfig,
  type HeadOptions,
} from './classifierHead';
import { denseFlow, type DenseFlow, type DenseFlowConfig } from './denseFlow';
import { imageFlow, type ImageFlow, type ImageFlowConfig } from './imageFlow';

/** The i-ResNet on images, as plain JSON. */
export interface ImageIResNetConfig {
  readonly kind: 'image';
  readonly flow: ImageFlowConfig;
  /** The classifier on the latents, if there is one. */
  readonly head: ClassifierHeadConfig | null;
}

/** The i-ResNet on vectors, as plain JSON. */
export interface DenseIResNetConfig {
  readonly kind: 'dense';
  readonly flow: DenseFlowConfig;
  /** The classifier on the latents, if there is one. */
  readonly head: ClassifierHeadConfig | null;
}

/** Everything that decides an architecture, as plain JSON. */
export type IResNetConfig = ImageIResNetConfig | DenseIResNetConfig;

/** What {@link IResNet.classify} says of each example. */
export type Classification = {
  /** `[B]`, int32: the most probable class. */
  readonly labels: Tensor;
  /** `[B, K]`: softmax of the logits. */
  readonly probabilities: Tensor;
};

/** An example that went to its latent and back. */
export type Reconstruction = InverseReport & {
  /** `[B]`: largest absolute difference to the input. */
  readonly maxError: number[];
};

/** One network that classifies, estimates densities and generates; see {@link iResNet}. */
export interface IResNet extends Composition {
  readonly config: IResNetConfig;
  /** The invertible part with its prior. */
  readonly flow: DenseFlow | ImageFlow;
  /** The classifier, if the configuration has one. */
  readonly head: ClassifierHead | null;
  /** Event shape of an input. */
  readonly shape: Shape;
  /** ln p(x), `[B]`, nats. Taped. */
  logProb(x: Tensor, rng: Rng): Tensor;
  /** Class scores, `[B, K]`. Taped. */
  logits(x: Tensor, options?: HeadOptions): Tensor;
  /** Both from one forward pass. Taped. */
  logProbAndLogits(x: Tensor, rng: Rng, options?: HeadOptions): { logProb: Tensor; logits: Tensor };
  /** The most probable class and the probabilities. */
  classify(x: Tensor): Classification;
  /** −ln p/(d ln 2) + log₂ levels, bits; d counts the values of an input, padding not. For images of `levels` (256) values a pixel. */
  bitsPerDim(logProb: Tensor, levels?: number): Tensor;
  /** n draws, `[n, ...shape]`; a temperature below 1 draws nearer to the modes. */
  sample(n: number, rng: Rng, options?: { temperature?: number }): Tensor;
  /** z = F(x), `[B, d]`. */
  encode(x: Tensor): Tensor;
  /** x = F⁻¹(z) with its error bound. */
  decode(z: Tensor): InverseReport;
  /** F⁻¹(F(x)) with its error. Reads back from the device. */
  reconstruct(x: Tensor): Reconstruction;
  /**
   * Pictures of the straight lines between latents: F⁻¹((1 − t) F(a) + t F(b)) for `steps` equally spaced t from 0 to 1.
   * `value` is `[steps · B, ...shape]`, all of t = 0 first.
   */
  interpolate(a: Tensor, b: Tensor, steps: number): InverseReport;
  /** What is proven: {@link certify}. Call `enforceBounds` first. */
  certify(): Certificate;
}

/**
 * The invertible residual network: one architecture F = blocks x + g(x) with Lip(g) < 1, which gives a density
 * ln p(x) = ln p_z(F(x)) + log|det ∂F/∂x|, a generator F⁻¹, and with a head a classifier W pool(relu(norm(F(x)))) + b.
 *
 * @param config - Plain JSON; {@link iResNetPreset} has some, {@link parseIResNetConfig} checks one that a person wrote.
 * @param rng - Draws the start weights.
 * @returns `params`: those of the flow under `flow.`, of the head under `head.`.
 * @throws IResNetError when a size is not positive, or from the methods of a head that is not there.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { createRng } from '@iresnet/core';
 * import { iResNet, iResNetPreset } from '@iresnet/model';
 *
 * const rng = createRng(0);
 * const preset = iResNetPreset('digits-hybrid');
 * const model = iResNet({ ...preset, flow: { ...preset.flow, scales: [{ blocks: 2, channels: 8, squeeze: true }] } }, rng);
 * const x = rng.uniform([4, 8, 8, 1], -0.5, 0.5);
 * const { logProb, logits } = model.logProbAndLogits(x, rng); // [4] nats and [4, 10] scores from one forward pass
 * console.log(logProb.shape, logits.shape, model.reconstruct(x).maxError); // errors about 1e-7
 * console.log(model.interpolate(x, tf.reverse(x, 0), 5).value.shape); // [ 20, 8, 8, 1 ]
 * ```
 *
 * @see Behrmann et al., Invertible Residual Networks (arXiv 1811.00995).
 */
export function iResNet(config: IResNetConfig, rng: Rng): IResNet {
  const flow = config.kind === 'image' ? imageFlow(config.flow, rng) : denseFlow(config.flow, rng);
  const head = config.head && classifierHead(flow.latents, config.head, rng.split('head'));
  const shape = config.kind === 'image' ? config.flow.shape : [config.flow.dimension];
  const withHead = (name: string): ClassifierHead => {
    ensure(head !== null, `model.iResNet.${name}`, () => 'expected a configuration with a head, got none');
    return head;
  };
  const { logProb, sample, encode, decode } = flow;
  const decodeAndFree = (z: Tensor): InverseReport => {
    try {
      return decode(z);
    } finally {
      z.dispose();
    }
  };
  return {
    config,
    flow,
    head,
    shape,
    ...compose({ flow, ...(head && { head }) }),
    logProb,
    sample,
    encode,
    decode,
    logits: (x, options) => tidy(() => withHead('logits').logits(encode(x), options)),
    logProbAndLogits: (x, probes, options) =>
      tidy(() => {
        const classifier = withHead('logProbAndLogits');
        const { z, logProb: density } = flow.encodeAndLogProb(x, probes);
        return { logProb: density, logits: classifier.logits(z, options) };
      }),
    classify: (x) =>
      tidy(() => {
        const logits = withHead('classify').logits(encode(x));
        return { labels: argMax(logits, 1), probabilities: softmax(logits) };
      }),
    bitsPerDim: (density, levels) => bitsPerDim(density, shape, levels),
    reconstruct(x) {
      const report = decodeAndFree(encode(x));
      const errors = tidy(() => max(reshape(abs(sub(report.value, x)), [x.shape[0]!, -1]), 1));
      const maxError = Array.from(errors.dataSync());
      errors.dispose();
      return { ...report, maxError };
    },
    interpolate(a, b, steps) {
      ensure(
        Number.isInteger(steps) && steps >= 2 && a.shape.join() === b.shape.join(),
        'model.iResNet.interpolate',
        () => `expected steps ≥ 2 and two batches of one shape, got ${steps}, [${a.shape}] and [${b.shape}]`,
      );
      const line = tidy(() => {
        const [from, to] = [encode(a), encode(b)];
        const at = (t: number): Tensor => add(mul(1 - t, from), mul(t, to));
        return concat(Array.from({ length: steps }, (_, i) => at(i / (steps - 1))));
      });
      return decodeAndFree(line);
    },
    certify: () => certify(flow),
  };
}
