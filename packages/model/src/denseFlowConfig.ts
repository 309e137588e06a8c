import type { FieldsOf, Structure } from '@iresnet/core/internal';
import { flowFields, type FlowConfig } from './flowConfig';
import { limits } from './limits';

/** The flow of an i-ResNet on vectors, as plain JSON. */
export interface DenseFlowConfig extends FlowConfig {
  /** d, values of one example. */
  readonly dimension: number;
  /**
   * k, values of one context, which every layer then takes: the density is p(x | c). Default none.
   * It takes the branch `plain`.
   */
  readonly contexts?: number;
  /**
   * Whether the density knows all marginals and conditionals, p(x_A | x_O): see `maskedDenseFlow`.
   * Default false. It takes the branch `plain`, a normal or a mixture as the base, no trained
   * matrices and no transform.
   */
  readonly masked?: boolean;
  /** Number of residual blocks. */
  readonly blocks: number;
  /** Widths of the hidden layers of each block. */
  readonly hidden: readonly number[];
  /**
   * Mean μ and deviation s of each column, so that the density is in the units of the data:
   * z = C⁻¹((x − μ)/s). They apply after the transform.
   */
  readonly standardize?: {
    readonly mean: readonly number[];
    readonly deviation: readonly number[];
    /**
     * C, `[d, d]` row by row, lower triangular: C Cᵀ are the correlations of the columns, which z
     * then has not. Default the identity.
     */
    readonly factor?: readonly number[];
  };
}

const fields: FieldsOf<DenseFlowConfig> = {
  dimension: { type: 'count', min: 1, limit: limits.width, doc: 'Values of one example.' },
  contexts: {
    type: 'count',
    min: 1,
    limit: limits.width,
    optional: true,
    doc: 'Values of one context, of a density p(x | c).',
  },
  masked: {
    type: 'flag',
    optional: true,
    doc: 'Whether the density knows all marginals and conditionals.',
  },
  blocks: { type: 'count', min: 1, limit: limits.blocks, doc: 'Number of residual blocks.' },
  hidden: {
    type: 'list',
    of: { type: 'count', min: 1, limit: limits.width, doc: 'Width of one hidden layer.' },
    max: limits.layers,
    doc: 'Widths of the hidden layers of each block.',
  },
  standardize: {
    type: 'object',
    fields: {
      mean: { type: 'numbers', doc: 'Of each column.' },
      deviation: { type: 'numbers', above: 0, doc: 'Of each column.' },
      factor: {
        type: 'numbers',
        optional: true,
        doc: 'Lower triangular factor of the correlations, row by row.',
      },
    },
    optional: true,
    doc: 'Mean and deviation of each column, so that the density is in the units of the data.',
  },
  ...flowFields,
};

/** The rules for a {@link DenseFlowConfig}. */
export const denseFlowStructure: Structure = { type: 'object', fields, doc: 'A flow on vectors.' };

/**
 * A configuration that works on two-dimensional sets and small tables, as plain JSON.
 *
 * @param dimension - d, values of one example.
 *
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { createRng } from '@iresnet/core';
 * import { denseFlowDefaults, iResNet } from '@iresnet/model';
 *
 * const flow = { ...denseFlowDefaults(2), blocks: 4, activation: 'lipSwish' } as const;
 * const model = iResNet({ kind: 'dense', flow, head: null }, createRng(0));
 * console.log(JSON.stringify(model.config));
 * ```
 */
export function denseFlowDefaults(dimension: number): DenseFlowConfig {
  return {
    dimension,
    blocks: 8,
    hidden: [64, 64],
    activation: 'sin',
    coefficient: 0.98,
    actNorm: true,
    // Beyond a few columns d products cost more than an unbiased estimate.
    logDet:
      dimension <= 16
        ? { kind: 'exact' }
        : { kind: 'powerSeries', truncation: { kind: 'russianRoulette', exactTerms: 8 } },
  };
}
