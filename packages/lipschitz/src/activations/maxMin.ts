import {
  add,
  cast,
  concat,
  greaterEqual,
  mul,
  reshape,
  split,
  stack,
  sub,
  tidy,
  unstack,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { noGrad, type LinearOperator, type LipschitzMap } from '@iresnet/core';
import { checkTensor, ensure } from '@iresnet/core/internal';
import { exactly } from '../rounding';

/**
 * MaxMin: channels 2m and 2m + 1 form a pair; output channel m is its maximum, C/2 + m its minimum.
 *
 * Which one to take: `maxMin` and `groupSort(2)` compute the same values in another order of the
 * channels. `maxMin` gathers all maxima before all minima, as the official i-ResNet code does with
 * its `sorting`, and costs less. `groupSort(2)` leaves each pair in its place.
 *
 * It is a permutation of the channels at every point, so its Jacobian is orthogonal: the Lipschitz
 * constant is exactly 1, and no gradient norm is lost. Where a pair is equal the first counts as
 * the maximum.
 *
 * @returns A map on `[B, …, C]` with C even, without parameters.
 * @throws IResNetError when C is odd.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { maxMin } from '@iresnet/lipschitz';
 *
 * maxMin().apply(tf.tensor2d([[1, 3, 7, 5]])).print(); // [[3, 7, 1, 5]]
 * ```
 *
 * @see Anil et al., Sorting out Lipschitz function approximation (arXiv 1811.05381).
 */
export function maxMin(): LipschitzMap {
  const apply = (x: Tensor) => tidy(() => sorting(x).matvec(x));
  return {
    params: {},
    dispose: () => undefined,
    lipschitzBound: () => 1,
    apply,
    applyWithRounding: exactly(apply),
    linearize(x) {
      const jacobian = sorting(x);
      return { y: jacobian.matvec(x), jacobian };
    },
  };
}

/**
 * The permutation that sorts the pairs of x. It is piecewise constant in x, so its products carry
 * the whole derivative.
 */
function sorting(x: Tensor): LinearOperator {
  checkTensor('lipschitz.maxMin', 'x', x);
  const channels = x.shape[x.rank - 1]!;
  ensure(
    channels % 2 === 0,
    'lipschitz.maxMin',
    () => `expected an even number of channels, got shape [${x.shape}]`,
  );
  const shape = x.shape.slice(1);
  // 1 where the first of a pair is the maximum, [B, …, C/2].
  const keep = noGrad(() =>
    tidy(() => {
      const [first, second] = pairs(x);
      return cast(greaterEqual(first, second), 'float32');
    }),
  );
  const swap = noGrad(() => sub(1, keep));
  // In this form no rounding: one of the two terms is 0.
  const choose = (a: Tensor, b: Tensor) => add(mul(keep, a), mul(swap, b));
  return {
    inShape: shape,
    outShape: shape,
    matvec: (v) =>
      tidy(() => {
        const [first, second] = pairs(v);
        return concat([choose(first, second), choose(second, first)], v.rank - 1);
      }),
    rmatvec: (u) =>
      tidy(() => {
        const [high, low] = split(u, 2, u.rank - 1) as [Tensor, Tensor];
        return reshape(stack([choose(high, low), choose(low, high)], u.rank), u.shape);
      }),
  };
}

/** Even and odd channels, `[…, C/2]` each. */
function pairs(x: Tensor): [Tensor, Tensor] {
  const channels = x.shape[x.rank - 1]!;
  return unstack(reshape(x, [...x.shape.slice(0, -1), channels / 2, 2]), x.rank) as [Tensor, Tensor];
}
