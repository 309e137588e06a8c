import {
  add,
  concat,
  keep,
  mul,
  sub,
  tensor2d,
  tidy,
  zeros,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import type { Bijector, Conditional, LogDetEstimator, Rng } from '@iresnet/core';
import { checkOptions, checkRng, checkTensor, ensure } from '@iresnet/core/internal';
import { chain, maskedAffine, maskedMixture, maskedNormal, type MaskedMixtureOptions } from '@iresnet/flows';
import type { FixedPointSolver } from '@iresnet/inversion';
import { conditionalBranch, maskedBranch, type ActivationSpec } from '@iresnet/lipschitz';
import { exact } from '@iresnet/logdet';
import { flowModel, type BlockMethods, type FlowModel, type FlowPieces, type LogDetBias } from './flowModel';
import { checkCounts } from './flowOptions';

/** Options of {@link maskedDenseFlow}. */
export interface MaskedDenseFlowOptions {
  /** d, values of one example. */
  readonly dimension: number;
  /** Number of residual blocks. Default 5. */
  readonly blocks?: number;
  /** Widths of the hidden layers of each block. Default `[64, 64]`. */
  readonly hidden?: readonly number[];
  /** The activation between the layers, by name. Default `sin`. */
  readonly activation?: ActivationSpec;
  /** c, the bound of each layer's spectral norm. Default 0.98. */
  readonly coefficient?: number;
  /** How log|det| is computed. Default `exact()`. */
  readonly logDet?: LogDetEstimator;
  /** Largest bias of `logDet`, for certificates. */
  readonly logDetBias?: LogDetBias;
  /** How the inverse is solved. Default `anderson()`. */
  readonly solver?: FixedPointSolver;
  /** A mixture as the base, in place of a normal. */
  readonly mixture?: MaskedMixtureOptions;
  /** Stands in front of the joint density alone, as `standardize` of `denseFlow`. */
  readonly standardize?: Bijector;
}

/**
 * p(x_A | x_O) for any disjoint sets A and O of columns, the others being missing: one density that
 * knows all marginals and conditionals, once it is trained with random sets.
 *
 * Each block is x + m ⊙ g(m ⊙ x; o ⊙ x, o, 1 − m), with m the mask of A and o that of O: a
 * contraction on A whatever the sets are. Known and missing values pass through and count nothing.
 * With all columns in A it is the joint density, with one of them in A and the rest in O the
 * surprise of one column beside the others.
 *
 * Nothing makes p(x_A) p(x_B | x_A) equal p(x_A, x_B) but training.
 *
 * @param options - d, and the size of the network. Columns of mean 0 and deviation near 1 train
 * best.
 * @param rng - Draws the start weights.
 * @returns `at(maskContext(x, asked, known))` is a flow: `logProb` is ln p(x_A | x_O) in nats,
 * `sample` draws x_A and keeps x_O. It is trained by the mean of `logProb` over sets drawn at
 * random. What is returned is itself the joint density of all columns. With `standardize` that
 * alone is in the units of the data: `withoutStandardize()` has the others.
 * @throws IResNetError for an unknown option, a size that is not positive, and without an rng.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { createRng } from '@iresnet/core';
 * import { maskContext, maskedDenseFlow } from '@iresnet/model';
 *
 * const rng = createRng(0);
 * const density = maskedDenseFlow({ dimension: 3, blocks: 2, hidden: [16] }, rng);
 * const x = tf.tensor2d([[0.5, -1, 2]]);
 * const first = maskContext(x, [[1, 0, 0]], [[0, 1, 0]]); // x₁ given x₂, x₃ missing
 * density.at(first).logProb(x, rng).print(); // nats
 * density.at(first).sample(1, rng).print(); // x₁ drawn, x₂ = −1
 * density.logProb(x, rng).print(); // all three together
 * ```
 *
 * @see Behrmann et al. (arXiv 1811.00995); Strauss and Oliva, Arbitrary Conditional Distributions
 * with Energy (arXiv 2102.04426), for the task.
 */
export function maskedDenseFlow(
  options: MaskedDenseFlowOptions,
  rng: Rng,
): FlowModel & Conditional<FlowModel> {
  const where = 'model.maskedDenseFlow';
  checkOptions(where, options, {
    dimension: true,
    blocks: true,
    hidden: true,
    activation: true,
    coefficient: true,
    logDet: true,
    logDetBias: true,
    solver: true,
    mixture: true,
    standardize: true,
  });
  checkRng(where, rng);
  const { dimension: d, blocks = 5, hidden = [64, 64], activation = 'sin', coefficient = 0.98 } = options;
  checkCounts(where, { dimension: d, blocks });
  const sizes = { shape: [d], hidden, contexts: 3 * d, activation, coefficient };
  const branches = Array.from({ length: blocks }, (_, i) =>
    conditionalBranch({ ...sizes, rng: rng.split(i) }),
  );
  const affines = Array.from({ length: blocks + 1 }, () => maskedAffine(d));
  const base = options.mixture ? maskedMixture(d, options.mixture) : maskedNormal(d);
  const { standardize } = options;
  const piecesAt = (context: Tensor, first: readonly Bijector[] = []): FlowPieces => ({
    shape: [d],
    // With all columns in A the mask does nothing, and the branch is the one without it.
    branches: branches.map((g) => ({
      map: (context === joint ? g : maskedBranch(g, d)).at(context),
      shape: [d],
    })),
    join: (all) =>
      chain(
        ...first,
        ...all.flatMap((block, i) => [affines[i]!.at(context), block]),
        affines[blocks]!.at(context),
      ),
    base: base.at(context),
    latents: [[d]],
  });
  const joint = tidy(() => keep(zeros([1, 3 * d])));
  const methods: BlockMethods = {
    logDet: options.logDet ?? exact(),
    logDetBias: options.logDetBias ?? (options.logDet ? null : () => 0),
    solver: options.solver,
  };
  return maskedFlow(piecesAt, joint, methods, standardize);
}

/** The joint flow behind a standardization, if there is one, with the flows of all other sets. */
function maskedFlow(
  piecesAt: (context: Tensor, first?: readonly Bijector[]) => FlowPieces,
  joint: Tensor,
  methods: BlockMethods,
  standardize: Bijector | undefined,
): FlowModel & Conditional<FlowModel> {
  const unbound = flowModel(piecesAt(joint, standardize && [standardize]), methods);
  return {
    ...unbound,
    dispose() {
      unbound.dispose();
      joint.dispose();
    },
    at(context) {
      ensure(
        standardize === undefined,
        'model.maskedDenseFlow.at',
        () => 'expected a flow without its standardization, which knows all columns; see withoutStandardize',
      );
      return flowModel(piecesAt(context), methods);
    },
    withLogDet: (logDet, bias) =>
      maskedFlow(piecesAt, joint, { ...methods, logDet, logDetBias: bias ?? null }, standardize),
    withoutStandardize: () => (standardize ? maskedFlow(piecesAt, joint, methods, undefined) : null),
  };
}

/**
 * `[o ⊙ x, o, 1 − m]`, `[B, 3d]`: the context of a {@link maskedDenseFlow} for rows x of which the
 * columns `asked` are asked for and `known` are known. It is 0 where all are asked for, so that the
 * joint density is that of a network without contexts.
 *
 * @param x - `[B, d]`. What is neither asked for nor known may hold any finite number.
 * @param asked - m, `[B, d]` or `[1, d]` of 0 and 1.
 * @param known - o, the same; no column is in both.
 * @returns The context, taped. The caller owns it.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { maskContext } from '@iresnet/model';
 *
 * maskContext(tf.tensor2d([[5, 7]]), [[1, 0]], [[0, 1]]).print(); // [[0, 7, 0, 1, 0, 1]]
 * ```
 */
export function maskContext(x: Tensor, asked: Mask, known: Mask): Tensor2D {
  return tidy(() => {
    const where = 'model.maskContext';
    checkTensor(where, 'x', x);
    const spread = (mask: Mask, name: string): Tensor => {
      const given = Array.isArray(mask) ? tensor2d(mask as number[][]) : (mask as Tensor);
      const fits = given.rank === 2 && given.shape[1] === x.shape[1];
      ensure(
        fits && (given.shape[0] === 1 || given.shape[0] === x.shape[0]),
        where,
        () => `expected ${name} of shape [${x.shape}] or [1,${x.shape[1]}], got [${given.shape}]`,
      );
      return add(given, mul(0, x));
    };
    const [m, o] = [spread(asked, 'asked'), spread(known, 'known')];
    return concat([mul(o, x), o, sub(1, m)], 1) as Tensor2D;
  });
}

/** 0 and 1, `[B, d]` or `[1, d]`. */
export type Mask = Tensor | readonly (readonly number[])[];
