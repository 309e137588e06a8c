import type { Tensor } from '@tensorflow/tfjs-core';
import type { Composition, Rng, Shape } from '@iresnet/core';
import type { Decoded, SampleOptions } from '@iresnet/flows';
import type { Certificate } from './certify';
import type { ClassifierHead, HeadOptions } from './classifierHead';
import type { FlowModel } from './flowModel';
import type { DenseIResNetConfig, ImageIResNetConfig } from './iResNetConfig';

/** The outcome of {@link IResNet.classify}. */
export type Classification = {
  /** `[B]`, int32: the most probable class. */
  readonly labels: Tensor;
  /** `[B, K]`: softmax of the logits. */
  readonly probabilities: Tensor;
};

/** An example that went to its latent and back. */
export type Reconstruction = Decoded & {
  /**
   * `[B]`: largest absolute difference to the input. `errorBound` bounds the distance to the input
   * in the 2-norm, with the rounding on the way to the latent and of the way back.
   */
  readonly maxError: number[];
};

/** The members that networks on vectors and on images share. */
interface Network extends Composition {
  /** The invertible part with its base distribution. */
  readonly flow: FlowModel;
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
  /**
   * −ln p/(d ln 2) + log₂ levels, bits, for images of `levels` (256) values a pixel. d counts the
   * values of an input, without those of the padding.
   */
  bitsPerDim(logProb: Tensor, levels?: number): Tensor;
  /** n draws, `[n, ...shape]`. A temperature below 1 draws nearer to the modes. */
  sample(n: number, rng: Rng, options?: SampleOptions): Tensor;
  /** z = F(x), `[B, d]`. */
  encode(x: Tensor): Tensor;
  /** x = F⁻¹(z) with its error bound; see `Flow` of `@iresnet/flows`. */
  decode(z: Tensor, zError?: ArrayLike<number>): Decoded;
  /** F⁻¹(F(x)) with its error. Reads back from the device. */
  reconstruct(x: Tensor): Reconstruction;
  /**
   * Straight lines between latents: F⁻¹((1 − t) F(a) + t F(b)) for `steps` equally spaced t from 0
   * to 1. `value` is `[steps · B, ...shape]`, with all of t = 0 first.
   */
  interpolate(a: Tensor, b: Tensor, steps: number): Decoded;
  /** The proof for the network and its head, by `certify`. Call `enforceBounds` first. */
  certify(): Certificate;
}

/** An invertible residual network on vectors. */
export interface DenseIResNet extends Network {
  readonly kind: 'dense';
  readonly config: DenseIResNetConfig;
  /**
   * The network at contexts, `[B, k]` or `[1, k]` for all rows; present where the flow has
   * contexts. Without one, such a network has its variables, bounds and certificate, and refuses
   * batches; a masked one is then the joint density.
   */
  at?(context: Tensor): DenseIResNet;
}

/** An invertible residual network on images. */
export interface ImageIResNet extends Network {
  readonly kind: 'image';
  readonly config: ImageIResNetConfig;
}

/**
 * One network that classifies, estimates densities and generates; see `iResNet`. Its `kind` tells
 * the two sorts apart.
 */
export type IResNet = DenseIResNet | ImageIResNet;
