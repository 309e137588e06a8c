import type { LipschitzMap } from '@iresnet/core';
import { fromSpec, type SpecRow } from '@iresnet/core/internal';
import { bottleneckBranch } from './bottleneck';
import { iDenseNetBranch, type IDenseNetOptions } from './iDenseNet';
import type { HiddenOptions } from './options';
import { plainBranch, type PlainBranchOptions } from './plain';

/** The residual branches by name, each with its options. */
export interface BranchKinds {
  readonly plain: Pick<PlainBranchOptions, 'kernelSize'>;
  readonly bottleneck: Readonly<Record<never, never>>;
  readonly iDenseNet: Pick<IDenseNetOptions, 'depth' | 'growth'>;
}

/** The name of a residual branch. */
export type BranchName = keyof BranchKinds;

/** A residual branch as plain JSON: a name, or `{ kind: 'iDenseNet', depth: 3, growth: 16 }`. */
export type BranchSpec =
  BranchName | { readonly [K in BranchName]: { readonly kind: K } & BranchKinds[K] }[BranchName];

/** Makes a branch; `hidden` counts where a branch has hidden widths. */
export type BranchFactory = (options: HiddenOptions) => LipschitzMap;

/** A row of the table of branches. */
export interface BranchRow<O = never> extends SpecRow<BranchFactory, O> {
  /** The ranks of event shapes that it takes: 1 for vectors, 3 for images. */
  readonly ranks: readonly (1 | 3)[];
  /** Whether the widths in `hidden` count. */
  readonly usesHidden: boolean;
}

/** Every residual branch that a configuration can name. */
export const branches: { readonly [K in BranchName]: BranchRow<BranchKinds[K]> } = {
  plain: {
    doc: 'layer – σ – … – layer through the hidden widths',
    ranks: [1, 3],
    usesHidden: true,
    fields: {
      kernelSize: {
        type: 'count',
        min: 1,
        limit: 255,
        default: 3,
        doc: 'taps of the convolutions on images, odd',
      },
    },
    make:
      ({ kernelSize }) =>
      (options) =>
        plainBranch({ ...options, kernelSize }),
  },
  bottleneck: {
    doc: 'conv 3×3 – σ – conv 1×1 – σ – conv 3×3, for images',
    ranks: [3],
    usesHidden: true,
    fields: {},
    make: () => bottleneckBranch,
  },
  iDenseNet: {
    doc: 'layers that pass on their input together with their result, then one layer back',
    ranks: [1, 3],
    usesHidden: false,
    fields: {
      depth: { type: 'count', min: 1, limit: 1000, default: 3, doc: 'dense layers' },
      growth: {
        type: 'count',
        min: 1,
        limit: 2 ** 20,
        default: 16,
        doc: 'channels that each computes before σ',
      },
    },
    make:
      ({ depth, growth }) =>
      ({ hidden: _, ...options }) =>
        iDenseNetBranch({ ...options, depth, growth }),
  },
};

/** All names of residual branches. */
export const branchNames = /* @__PURE__ */ Object.keys(branches) as readonly BranchName[];

/**
 * The residual branch that a name, or a name with options, stands for.
 *
 * @param spec - `'plain'`, `{ kind: 'iDenseNet', depth: 3, growth: 16 }`; see {@link branches} for
 * all.
 * @param options - What the branch is made from. `hidden` counts where the row says so.
 * @throws IResNetError for an unknown name or option, with the nearest known one; and what the
 * branch itself throws.
 *
 * @example
 * ```ts
 * import { createRng } from '@iresnet/core';
 * import { branchFromSpec } from '@iresnet/lipschitz';
 *
 * const options = { shape: [2], hidden: [32], activation: 'elu', rng: createRng(0) } as const;
 * console.log(Object.keys(branchFromSpec('plain', options).params).length); // 8
 * ```
 */
export function branchFromSpec(spec: BranchSpec, options: HiddenOptions): LipschitzMap {
  return fromSpec<BranchFactory>('lipschitz.branchFromSpec', branches, spec)(options);
}
