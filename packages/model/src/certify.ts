import { eventSize, type Shape } from '@iresnet/core';
import type { ResidualBlock } from '@iresnet/flows';
import { contractionSteps } from '@iresnet/inversion';
import { logDetBias, type LogDetConfig } from './logDetConfig';

/** By how much `contractionSteps` of a certificate shrink the error of the inverse. */
const RATIO = 1e-6;

/** What {@link certify} needs of a model: a `DenseFlow` or an `ImageFlow`. */
export interface CertifiableModel {
  readonly blocks: readonly ResidualBlock[];
  /** Event shape of each block. */
  readonly blockShapes: readonly Shape[];
  readonly config: { readonly logDet: LogDetConfig };
}

/** What is proven of one of the maps that a branch g applies one after the other: a layer or an activation. */
export interface LayerCertificate {
  /** At least its Lipschitz constant. */
  readonly lipschitzBound: number;
}

/** What is proven of one block x + g(x). Of a block with L ≥ 1 nothing is, and the rest is null. */
export interface BlockCertificate {
  /** L ≥ Lip(g). */
  readonly lipschitzBound: number;
  /** 1/(1 − L) ≥ Lip(F⁻¹). */
  readonly inverseLipschitz: number | null;
  /** Picard steps after which the error of the inverse is at most 1e-6 of that at the start. */
  readonly contractionSteps: number | null;
  /** Largest bias of the log-determinant, nats; 0 for exact and unbiased estimators. */
  readonly seriesBias: number | null;
  /** First to last, activations included: L is the product of their bounds. Of a branch that tells no parts, the branch. */
  readonly layers: readonly LayerCertificate[];
}

/** What is proven of a model, as plain JSON. */
export interface Certificate {
  /** Whether every block has L < 1. */
  readonly invertible: boolean;
  /** Π (1 + L): the Lipschitz constant of the residual blocks together; ActNorm and fixed maps not counted. */
  readonly lipschitzBound: number;
  /** Π 1/(1 − L), likewise of their inverse. */
  readonly inverseLipschitz: number | null;
  /** Σ of the blocks' biases, nats per example. */
  readonly seriesBias: number | null;
  /** First to last. */
  readonly blocks: readonly BlockCertificate[];
}

/**
 * What is proven of each residual block and of all together, from L ≥ Lip(g): 1/(1 − L), ⌈ln 1e-6/ln L⌉ steps of the inverse, and
 * d Σ_{k>n} Lᵏ/k nats of bias for the model's n terms (2d Σ_{k>m} Lᵏ/k for m products of Arnoldi).
 *
 * Call `enforceBounds()` of the model first, so that power iteration's error is not in the weights. Reads back from the device.
 *
 * @param model - A `denseFlow` or an `imageFlow`.
 * @returns Plain JSON, every number finite.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { createRng } from '@iresnet/core';
 * import { certify, denseFlow, denseFlowDefaults } from '@iresnet/model';
 *
 * const density = denseFlow({ ...denseFlowDefaults(2), blocks: 2, hidden: [16] }, createRng(0));
 * density.enforceBounds();
 * console.log(JSON.stringify(certify(density), null, 2));
 * ```
 *
 * @see Behrmann et al., theorems 1 and 3 (arXiv 1811.00995).
 */
export function certify(model: CertifiableModel): Certificate {
  const blocks = model.blocks.map((block, i) =>
    certifyBlock(block, eventSize(model.blockShapes[i]!), model.config.logDet),
  );
  const invertible = blocks.every(({ lipschitzBound }) => lipschitzBound < 1);
  return {
    invertible,
    lipschitzBound: blocks.reduce((product, block) => product * (1 + block.lipschitzBound), 1),
    inverseLipschitz: invertible
      ? blocks.reduce((product, block) => product * block.inverseLipschitz!, 1)
      : null,
    seriesBias: invertible ? blocks.reduce((total, block) => total + block.seriesBias!, 0) : null,
    blocks,
  };
}

function certifyBlock(block: ResidualBlock, dimension: number, logDet: LogDetConfig): BlockCertificate {
  // The bound of the block is the product, so that no layer is bounded twice: a large one takes a second.
  const layers = (block.branch.parts ?? [block]).map((part) => ({ lipschitzBound: part.lipschitzBound() }));
  const lipschitz = layers.reduce((product, { lipschitzBound }) => product * lipschitzBound, 1);
  const proven = lipschitz < 1;
  return {
    lipschitzBound: lipschitz,
    inverseLipschitz: proven ? 1 / (1 - lipschitz) : null,
    contractionSteps: proven ? contractionSteps(lipschitz, RATIO) : null,
    seriesBias: proven ? logDetBias(logDet, lipschitz, dimension) : null,
    layers,
  };
}
