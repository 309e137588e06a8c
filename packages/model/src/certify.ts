import { eventSize, type Shape } from '@iresnet/core';
import type { ResidualBlock } from '@iresnet/flows';
import { contractionSteps } from '@iresnet/inversion';
import type { LogDetBias } from './flowModel';

/** `contractionSteps` of a certificate shrink the error of the inverse to this fraction. */
const RATIO = 1e-6;

/** The part of a model that {@link certify} needs. Every flow of this package has it. */
export interface CertifiableModel {
  readonly blocks: readonly ResidualBlock[];
  /** Event shape of each block. */
  readonly blockShapes: readonly Shape[];
  /** Largest bias of the estimate of log|det|, where it is known. */
  readonly logDetBias?: LogDetBias | null;
}

/** The proof for one part of a branch g, a layer or an activation. */
export interface LayerCertificate {
  /** An upper bound of its Lipschitz constant. */
  readonly lipschitzBound: number;
}

/** The proof for one block x + g(x). If L ≥ 1, nothing is proven and the other numbers are null. */
export interface BlockCertificate {
  /** L ≥ Lip(g). */
  readonly lipschitzBound: number;
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

/** The proof for a whole model, as plain JSON. */
export interface Certificate {
  /** Whether every block has L < 1. */
  readonly invertible: boolean;
  /**
   * Π (1 + L) ≥ the Lipschitz constant of the residual blocks together, without ActNorm and fixed
   * maps.
   */
  readonly lipschitzBound: number;
  /** Π 1/(1 − L) ≥ that of their inverse. */
  readonly inverseLipschitz: number | null;
  /** The sum of the biases of the blocks, nats per example. */
  readonly logDetBias: number | null;
  /** First to last. */
  readonly blocks: readonly BlockCertificate[];
}

/**
 * A proof for each residual block and for all together, from L ≥ Lip(g): 1/(1 − L) for the inverse,
 * ⌈ln 1e-6/ln L⌉ steps of it, and the bias of the model's estimate of log|det|, such as
 * d Σ_{k>n} Lᵏ/k nats for n terms of the series (see `logDetBias` of `@iresnet/logdet`).
 *
 * Call `enforceBounds()` of the model first: until then the weights exceed their bounds by as
 * much as power iteration was off. Reads back from the device.
 *
 * @param model - A flow of this package, or anything with its blocks.
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
export function certify(model: CertifiableModel): Certificate {
  const blocks = model.blocks.map((block, i) =>
    certifyBlock(block, eventSize(model.blockShapes[i]!), model.logDetBias ?? null),
  );
  const invertible = blocks.every(({ lipschitzBound }) => lipschitzBound < 1);
  return {
    invertible,
    lipschitzBound: blocks.reduce((product, block) => product * (1 + block.lipschitzBound), 1),
    inverseLipschitz: invertible
      ? blocks.reduce((product, block) => product * block.inverseLipschitz!, 1)
      : null,
    logDetBias:
      invertible && model.logDetBias ? blocks.reduce((total, block) => total + block.logDetBias!, 0) : null,
    blocks,
  };
}

function certifyBlock(block: ResidualBlock, dimension: number, bias: LogDetBias | null): BlockCertificate {
  // The bound of the block is the product. To ask the block would bound each layer twice, and a
  // large one takes a second.
  const layers = (block.branch.parts ?? [block]).map((part) => ({ lipschitzBound: part.lipschitzBound() }));
  const lipschitz = layers.reduce((product, { lipschitzBound }) => product * lipschitzBound, 1);
  const proven = lipschitz < 1;
  return {
    lipschitzBound: lipschitz,
    inverseLipschitz: proven ? 1 / (1 - lipschitz) : null,
    contractionSteps: proven ? contractionSteps(lipschitz, RATIO) : null,
    logDetBias: proven && bias ? bias(lipschitz, dimension) : null,
    layers,
  };
}
