import { keep, tidy, zeros, type Tensor } from '@tensorflow/tfjs-core';
import type { Conditional, LipschitzMap, Rng } from '@iresnet/core';
import { checkRng } from '@iresnet/core/internal';
import { conditionalBranch, type ActivationSpec } from '@iresnet/lipschitz';
import { densePieces, type DenseFlowOptions } from './denseFlow';
import { flowModel, type BlockMethods, type FlowModel, type FlowPieces } from './flowModel';
import { checkCounts } from './flowOptions';

/** Options of {@link conditionalDenseFlow}. */
export interface ConditionalDenseFlowOptions extends Omit<DenseFlowOptions, 'activation' | 'branch'> {
  /** k, values of one context. */
  readonly contexts: number;
  /** The activation between the layers, by name. Default `sin`. */
  readonly activation?: ActivationSpec;
}

/**
 * p(x | c): the i-ResNet density on vectors whose residual branches have a context in every layer,
 * W̄ h + U c + b.
 *
 * Only W is normalized, so that each block is invertible, and its bounds hold, for every context.
 *
 * @param options - Those of `denseFlow`, and the size of a context. Contexts of a size near 1 train
 * best.
 * @param rng - Draws the start weights.
 * @returns `at(c)` is the flow at contexts `[B, k]`, one for each row, or `[1, k]` for all. What is
 * returned is itself a flow without a context: its bounds and certificate can be asked for, batches
 * are refused.
 * @throws IResNetError as `denseFlow` does, and for a context of another shape.
 *
 * @example
 * ```ts
 * import { createRng } from '@iresnet/core';
 * import { conditionalDenseFlow } from '@iresnet/model';
 *
 * const rng = createRng(0);
 * const density = conditionalDenseFlow({ dimension: 2, contexts: 3, blocks: 2, hidden: [16] }, rng);
 * const [x, c] = [rng.normal([8, 2]), rng.normal([8, 3])];
 * density.at(c).logProb(x, rng).print(); // ln p(x | c), nats, [8]
 * density.at(rng.normal([1, 3])).sample(5, rng).print(); // 5 draws for one context
 * ```
 *
 * @see Behrmann et al., Invertible Residual Networks (arXiv 1811.00995); Winkler et al., Learning
 * Likelihoods with Conditional Normalizing Flows (arXiv 1912.00042).
 */
export function conditionalDenseFlow(
  { contexts, activation = 'sin', coefficient = 0.98, ...options }: ConditionalDenseFlowOptions,
  rng: Rng,
): FlowModel & Conditional<FlowModel> {
  const where = 'model.conditionalDenseFlow';
  checkCounts(where, { contexts });
  checkRng(where, rng);
  const branches: Conditional<LipschitzMap>[] = [];
  const none = tidy(() => keep(zeros([0, contexts])));
  const [pieces, methods] = densePieces(
    where,
    {
      ...options,
      branch({ shape, hidden, rng: own }) {
        const sizes = { shape, hidden, contexts, coefficient: coefficient ?? Infinity };
        const branch = conditionalBranch({ ...sizes, activation, rng: own });
        branches.push(branch);
        return branch.at(none);
      },
    },
    rng,
  );
  return conditionalFlow(pieces, branches, methods, none);
}

function conditionalFlow(
  pieces: FlowPieces,
  branches: readonly Conditional<LipschitzMap>[],
  methods: BlockMethods,
  none: Tensor,
): FlowModel & Conditional<FlowModel> {
  const unbound = flowModel(pieces, methods);
  return {
    ...unbound,
    dispose() {
      unbound.dispose();
      none.dispose();
    },
    at: (context) =>
      flowModel(
        {
          ...pieces,
          branches: pieces.branches.map(({ shape }, i) => ({ map: branches[i]!.at(context), shape })),
        },
        methods,
      ),
    withLogDet: (logDet, bias) =>
      conditionalFlow(pieces, branches, { ...methods, logDet, logDetBias: bias ?? null }, none),
    withoutStandardize() {
      const { joinStandardized: join, ...rest } = pieces;
      return join ? conditionalFlow({ ...rest, join }, branches, methods, none) : null;
    },
  };
}
