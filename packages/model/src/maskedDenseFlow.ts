import { add, concat, mul, tensor2d, tidy, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import {
  conditional,
  type Bijector,
  type Composition,
  type Conditional,
  type LogDetEstimator,
  type Rng,
} from '@iresnet/core';
import { checkOptions, checkRng, checkTensor, ensure } from '@iresnet/core/internal';
import { chain, flow, maskedAffine, maskedNormal, residualBlock, type Flow } from '@iresnet/flows';
import { conditionalBranch, maskedBranch, type ActivationSpec } from '@iresnet/lipschitz';
import { exact } from '@iresnet/logdet';
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
}

/**
 * p(x_A | x_O) for any disjoint sets A and O of columns, the others being missing: one density that
 * knows all marginals and conditionals, once it is trained with random sets.
 *
 * Each block is x + m ⊙ g(m ⊙ x; o ⊙ x, o, m), with m the mask of A and o that of O: a contraction
 * on A whatever the sets are. Known and missing values pass through and count nothing. With all
 * columns in A it is the joint density, with one of them in A and the rest in O the surprise of one
 * column beside the others.
 *
 * Nothing makes p(x_A) p(x_B | x_A) equal p(x_A, x_B) but training.
 *
 * @param options - d, and the size of the network. Columns of mean 0 and deviation near 1 train
 * best.
 * @param rng - Draws the start weights.
 * @returns `at(maskContext(x, asked, known))` is a flow: `logProb` is ln p(x_A | x_O) in nats,
 * `sample` draws x_A and keeps x_O. It is trained by the mean of `logProb` over sets drawn at
 * random.
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
 * ```
 *
 * @see Behrmann et al. (arXiv 1811.00995); Strauss and Oliva, Arbitrary Conditional Distributions
 * with Energy (arXiv 2102.04426), for the task.
 */
export function maskedDenseFlow(options: MaskedDenseFlowOptions, rng: Rng): Conditional<Flow> & Composition {
  const where = 'model.maskedDenseFlow';
  checkOptions(where, options, {
    dimension: true,
    blocks: true,
    hidden: true,
    activation: true,
    coefficient: true,
    logDet: true,
  });
  checkRng(where, rng);
  const { dimension: d, blocks = 5, hidden = [64, 64], activation = 'sin', coefficient = 0.98 } = options;
  checkCounts(where, { dimension: d, blocks });
  const { logDet = exact() } = options;
  const parts: Conditional<Bijector>[] = [];
  for (let i = 0; i < blocks; i++) {
    const sizes = { shape: [d], hidden, contexts: 3 * d };
    const g = conditionalBranch({ ...sizes, activation, coefficient, rng: rng.split(i) });
    parts.push(maskedAffine(d));
    parts.push(conditional(maskedBranch(g, d), (map): Bijector => residualBlock(map, { logDet })));
  }
  const bijector = conditional([...parts, maskedAffine(d)], (all) => chain(...all));
  return conditional({ bijector, base: maskedNormal(d) }, ({ bijector: f, base }) => flow(f, base));
}

/**
 * `[o ⊙ x, o, m]`, `[B, 3d]`: the context of a {@link maskedDenseFlow} for rows x of which the
 * columns `asked` are asked for and `known` are known.
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
 * maskContext(tf.tensor2d([[5, 7]]), [[1, 0]], [[0, 1]]).print(); // [[0, 7, 0, 1, 1, 0]]
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
    return concat([mul(o, x), o, m], 1) as Tensor2D;
  });
}

/** 0 and 1, `[B, d]` or `[1, d]`. */
export type Mask = Tensor | readonly (readonly number[])[];
