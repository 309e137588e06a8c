import { eventSize, type Bijector, type Flaw, type Module, type Shape } from '@iresnet/core';
import { finiteFlaws, scaleProductFlaws } from '@iresnet/core/internal';
import type { ResidualBlock } from '@iresnet/flows';
import { contractionSteps } from '@iresnet/inversion';
import type { LogDetBias } from './flowModel';

/** `contractionSteps` of a certificate shrink the error of the inverse to this fraction. */
const RATIO = 1e-6;

/** A layer with a larger constant makes hidden values that float32 may not hold. */
const LARGEST_BOUND = 2 ** 64;

/** The part of a flow that {@link certify} needs. Every flow of this package has it. */
export interface CertifiableModel extends Pick<Module, 'params' | 'flaws'> {
  /** The whole map and its event shape: scales are multiplied along it. */
  readonly bijector?: Bijector;
  readonly shape?: Shape;
  readonly blocks: readonly ResidualBlock[];
  /** Event shape of each block. */
  readonly blockShapes: readonly Shape[];
  /** Largest bias of the estimate of log|det|, where it is known. */
  readonly logDetBias?: LogDetBias | null;
}

/** The proof for one part of a branch g, a layer or an activation. */
export interface LayerCertificate {
  /** An upper bound of its Lipschitz constant; null where none is known. */
  readonly lipschitzBound: number | null;
}

/** The proof for one block x + g(x). If L ≥ 1, nothing is proven and the other numbers are null. */
export interface BlockCertificate {
  /** L ≥ Lip(g); null where no bound is known. */
  readonly lipschitzBound: number | null;
  /** 1/(1 − L) ≥ Lip(F⁻¹). */
  readonly inverseLipschitz: number | null;
  /**
   * After so many Picard steps the error of the inverse is at most 1e-6 of what it was at the
   * start.
   */
  readonly contractionSteps: number | null;
  /**
   * Largest bias of the log-determinant, nats: 0 for unbiased estimators, null if it is not
   * known.
   */
  readonly logDetBias: number | null;
  /**
   * The parts of the branch, first to last, activations included: L is the product of their bounds.
   * The branch itself where it does not name its parts.
   */
  readonly layers: readonly LayerCertificate[];
}

/** What a certificate looked at. */
export interface CertificateScope {
  /** Tensors of the model, every one of them: each value is looked at. */
  readonly tensors: number;
  /** Their values. */
  readonly values: number;
  /** Residual blocks. */
  readonly blocks: number;
}

/** The proof for a whole model, as plain JSON. */
export interface Certificate {
  /** The verdict: whether every block has L < 1, and no part has a flaw. */
  readonly invertible: boolean;
  /** Why the model is not proven, part by part. Empty where it is. */
  readonly flaws: readonly Flaw[];
  /** What the verdict covers. */
  readonly covers: CertificateScope;
  /**
   * Π (1 + L) ≥ the Lipschitz constant of the residual blocks together, without ActNorm and fixed
   * maps; null where a block has no bound.
   */
  readonly lipschitzBound: number | null;
  /** Π 1/(1 − L) ≥ that of their inverse. */
  readonly inverseLipschitz: number | null;
  /** The sum of the biases of the blocks, nats per example. */
  readonly logDetBias: number | null;
  /** First to last. */
  readonly blocks: readonly BlockCertificate[];
}

/**
 * A proof that a whole model can be inverted in the float32 arithmetic that runs it, or the parts
 * for which there is none.
 *
 * The verdict covers every tensor of the model:
 *
 * - Each value is finite, those of a classifier on the latents too.
 * - The scales of ActNorm, of fixed columns and of the base distribution are finite and not 0 in
 *   float32, and so are their reciprocals, and so are the products of all of them along the way
 *   of a value. Biases are small enough for sums of them to be finite.
 * - The branch of each block has a Lipschitz constant L < 1. From L follow 1/(1 − L) for the
 *   inverse, ⌈ln 1e-6/ln L⌉ steps of it, and the bias of the model's estimate of log|det|, such as
 *   d Σ_{k>n} Lᵏ/k nats for n terms of the series (see `logDetBias` of `@iresnet/logdet`).
 *
 * It does not say how near the computed inverse is to the exact one: the error bound of each
 * inverted example does.
 *
 * Call `enforceBounds()` of the model first: until then the weights exceed their bounds by as
 * much as power iteration was off. Reads back from the device.
 *
 * @param model - A model of this package, also with a head; a flow; or anything with its blocks and
 * parameters.
 * @returns Plain JSON; every number is finite.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { createRng } from '@iresnet/core';
 * import { certify, denseFlow } from '@iresnet/model';
 *
 * const density = denseFlow({ dimension: 2, blocks: 2, hidden: [16] }, createRng(0));
 * density.enforceBounds();
 * console.log(JSON.stringify(certify(density), null, 2));
 * ```
 *
 * @see Behrmann et al., theorems 1 and 3 (arXiv 1811.00995).
 */
export function certify(model: CertifiableModel | { readonly certify: () => Certificate }): Certificate {
  // A network with a head proves both.
  if (!('blocks' in model)) return model.certify();
  const blocks = model.blocks.map((block, i) =>
    certifyBlock(block, eventSize(model.blockShapes[i]!), model.logDetBias ?? null),
  );
  const flaws = flawsOf(model, blocks);
  const invertible = flaws.length === 0;
  const sizes = Object.values(model.params).map((variable) => variable.size);
  return {
    invertible,
    flaws,
    covers: {
      tensors: sizes.length,
      values: sizes.reduce((total, size) => total + size, 0),
      blocks: blocks.length,
    },
    lipschitzBound: finite(blocks.reduce((product, block) => product * (1 + orInfinity(block)), 1)),
    inverseLipschitz: invertible
      ? finite(blocks.reduce((product, block) => product * block.inverseLipschitz!, 1))
      : null,
    logDetBias:
      invertible && model.logDetBias
        ? finite(blocks.reduce((total, block) => total + block.logDetBias!, 0))
        : null,
    blocks,
  };
}

function certifyBlock(block: ResidualBlock, dimension: number, bias: LogDetBias | null): BlockCertificate {
  // The bound of the block is the product. To ask the block would bound each layer twice, and a
  // large one takes a second.
  const bounds = (block.branch.parts ?? [block]).map((part) => part.lipschitzBound());
  const lipschitz = bounds.reduce((product, bound) => product * bound, 1);
  const proven = lipschitz < 1 && bounds.every((bound) => bound <= LARGEST_BOUND);
  return {
    lipschitzBound: finite(lipschitz),
    inverseLipschitz: proven ? 1 / (1 - lipschitz) : null,
    contractionSteps: proven ? contractionSteps(lipschitz, RATIO) : null,
    logDetBias: proven && bias ? finite(bias(lipschitz, dimension)) : null,
    layers: bounds.map((bound) => ({ lipschitzBound: finite(bound) })),
  };
}

/** What is wrong with a model: values, parts, blocks. */
function flawsOf(model: CertifiableModel, blocks: readonly BlockCertificate[]): Flaw[] {
  const notFinite = finiteFlaws(model.params);
  // NaN is reported once, not as a wrong scale too.
  const known = new Set(notFinite.map(({ part }) => part));
  const ofParts = (model.flaws?.() ?? []).filter(({ part }) => !known.has(part));
  // A scale that is wrong by itself is reported once.
  const { bijector, shape } = model;
  const alone = notFinite.length > 0 || ofParts.length > 0;
  const ofProducts = bijector && shape && !alone ? scaleProductFlaws(bijector, shape) : [];
  const unproven = blocks.flatMap(({ inverseLipschitz, lipschitzBound }, i): Flaw[] => {
    if (inverseLipschitz !== null) return [];
    const part = `block ${i}`;
    if (lipschitzBound === null || lipschitzBound < 1)
      return [{ part, problem: 'expected layers with moderate Lipschitz bounds, got one without' }];
    return [{ part, problem: `expected a Lipschitz bound below 1, got ${lipschitzBound.toPrecision(6)}` }];
  });
  return [...notFinite, ...ofParts, ...ofProducts, ...unproven];
}

/** JSON does not have infinity and NaN. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function orInfinity({ lipschitzBound }: BlockCertificate): number {
  return lipschitzBound ?? Infinity;
}
