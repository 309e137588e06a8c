import {
  add,
  cast,
  concat,
  greaterEqual,
  mul,
  reshape,
  slice,
  sub,
  tidy,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { composeOperators, noGrad, type LinearOperator, type LipschitzMap } from '@iresnet/core';
import { checkTensor, described, ensure } from '@iresnet/core/internal';
import { exactly } from '../rounding';

/**
 * GroupSort: the channels in groups of k neighbours, each group sorted from the largest to the
 * smallest.
 *
 * It is a permutation at every point, so its Jacobian is orthogonal: the Lipschitz constant is
 * exactly 1, and no gradient norm is lost. Sorting is an odd-even transposition network: k rounds
 * of exchanges between neighbours. For k = 2, `maxMin` says which of the two to take.
 *
 * @param size - k, an integer ≥ 2. The number of channels must be a multiple of it. Default 2.
 * @returns A map on `[B, …, C]` without parameters.
 * @throws IResNetError when k is below 2, or the channels are not a multiple of it.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { groupSort } from '@iresnet/lipschitz';
 *
 * groupSort(3).apply(tf.tensor2d([[1, 3, 2, 4, 6, 5]])).print(); // [[3, 2, 1, 6, 5, 4]]
 * ```
 *
 * @see Anil et al., Sorting out Lipschitz function approximation (arXiv 1811.05381).
 */
export function groupSort(size = 2): LipschitzMap {
  ensure(
    Number.isInteger(size) && size >= 2,
    'lipschitz.groupSort',
    () => `expected a group size ≥ 2, got ${described(size)}`,
  );
  const rounds = (x: Tensor): { y: Tensor; steps: LinearOperator[] } => {
    checkTensor('lipschitz.groupSort', 'x', x);
    const channels = x.shape[x.rank - 1]!;
    ensure(
      channels % size === 0,
      'lipschitz.groupSort',
      () => `expected channels in groups of ${size}, got shape [${x.shape}]`,
    );
    const steps: LinearOperator[] = [];
    let y = x;
    for (let round = 0; round < size; round++) {
      if (size === 2 && round === 1) break;
      const step = exchange(y, size, round % 2);
      steps.push(step);
      y = step.matvec(y);
    }
    return { y, steps };
  };
  const apply = (x: Tensor) => tidy(() => rounds(x).y);
  return {
    params: {},
    dispose: () => undefined,
    lipschitzBound: () => 1,
    apply,
    applyWithRounding: exactly(apply),
    linearize(x) {
      const { y, steps } = rounds(x);
      return { y, jacobian: composeOperators(...steps) };
    },
  };
}

/**
 * Exchange neighbours (i, i + 1), i = first, first + 2, …, of each group where they are out of
 * order. It is a symmetric permutation.
 */
function exchange(x: Tensor, size: number, first: number): LinearOperator {
  const pairs = Math.floor((size - first) / 2);
  const end = first + 2 * pairs;
  const shape = x.shape.slice(1);
  const grouped = (v: Tensor) => reshape(v, [-1, size]);
  const columns = (v: Tensor, from: number, to: number) => slice(grouped(v), [0, from], [-1, to - from]);
  const count = (x.size / size) * pairs;
  /** The members of each pair, `[S, pairs, 1]`: probes first. */
  const halves = (v: Tensor): [Tensor, Tensor] => {
    const paired = reshape(columns(v, first, end), [-1, count, 2]);
    return [slice(paired, [0, 0, 0], [-1, -1, 1]), slice(paired, [0, 0, 1], [-1, -1, 1])];
  };
  const { keep, swap } = noGrad(() => {
    const kept = tidy(() => {
      const [a, b] = halves(x);
      return cast(greaterEqual(a, b), 'float32');
    });
    return { keep: kept, swap: sub(1, kept) };
  });
  const product = (v: Tensor): Tensor =>
    tidy(() => {
      const [a, b] = halves(v);
      // In this form no rounding: one of the two terms is 0.
      const larger = add(mul(keep, a), mul(swap, b));
      const smaller = add(mul(keep, b), mul(swap, a));
      const sorted = reshape(concat([larger, smaller], 2), [-1, end - first]);
      const parts = [columns(v, 0, first), sorted, columns(v, end, size)].filter(
        (part) => part.shape[1]! > 0,
      );
      return reshape(concat(parts, 1), v.shape);
    });
  return { inShape: shape, outShape: shape, matvec: product, rmatvec: product };
}
