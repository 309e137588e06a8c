import type { FieldsOf } from '@iresnet/core/internal';
import { bases, transforms, type BaseSpec, type TransformSpec } from '@iresnet/flows';
import { solvers, type SolverSpec } from '@iresnet/inversion';
import { activations, branches, type ActivationSpec, type BranchSpec } from '@iresnet/lipschitz';
import { logDetEstimators, type LogDetSpec } from '@iresnet/logdet';

/** The part of a configuration that all flows share, as plain JSON. */
export interface FlowConfig {
  /** The activation between the layers: a name, or a name with options. */
  readonly activation: ActivationSpec;
  /** The residual branch of each block. Default `plain` for vectors, `bottleneck` for images. */
  readonly branch?: BranchSpec;
  /**
   * c, the bound of each layer's spectral norm. Null switches the normalization off: the network is
   * then a plain ResNet without an inverse.
   */
  readonly coefficient: number | null;
  /** Whether an ActNorm stands before each block. */
  readonly actNorm: boolean;
  /** Whether a trained matrix stands before each block, after its ActNorm. Default false. */
  readonly linear?: boolean;
  /** How log|det| is computed. */
  readonly logDet: LogDetSpec;
  /** How the inverse is solved. Default `anderson`. */
  readonly solver?: SolverSpec;
  /** The distribution of the latents. Default `standardNormal`. */
  readonly base?: BaseSpec;
  /** The transform of the data before everything else. Default `none`. */
  readonly transform?: TransformSpec;
}

/**
 * The rules for a {@link FlowConfig}. The names are those of the tables: this file has no list of
 * them.
 */
export const flowFields: FieldsOf<FlowConfig> = {
  activation: { type: 'spec', table: activations, doc: 'The activation between the layers.' },
  branch: {
    type: 'spec',
    table: branches,
    optional: true,
    doc: 'The residual branch of each block. Default: plain for vectors, bottleneck for images.',
  },
  // It is below one, so that a branch of several layers is a contraction.
  coefficient: {
    type: 'number',
    above: 0,
    below: 1,
    nullable: true,
    doc: 'The bound of the spectral norm of each layer; null switches the normalization off.',
  },
  actNorm: { type: 'flag', doc: 'Whether an ActNorm stands before each block.' },
  linear: {
    type: 'flag',
    optional: true,
    doc: 'Whether a trained matrix, of columns or channels, stands before each block.',
  },
  logDet: { type: 'spec', table: logDetEstimators, doc: 'How log|det| is computed.' },
  solver: { type: 'spec', table: solvers, default: 'anderson', doc: 'How the inverse is solved.' },
  base: { type: 'spec', table: bases, default: 'standardNormal', doc: 'The distribution of the latents.' },
  transform: {
    type: 'spec',
    table: transforms,
    default: 'none',
    doc: 'The transform of the data before everything else.',
  },
};
