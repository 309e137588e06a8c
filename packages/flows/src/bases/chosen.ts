import type { Tensor } from '@tensorflow/tfjs-core';
import type { Rng } from '@iresnet/core';

/**
 * n draws of a component: from the distribution `[1, k]` or `[k]` for all, or each from a row of
 * its own, `[n, k]`.
 */
export function chosen(probabilities: Tensor, n: number, rng: Rng): Int32Array {
  const values = probabilities.dataSync();
  const k = probabilities.shape.at(-1)!;
  const each = values.length > k;
  return Int32Array.from({ length: n }, (_, i) => {
    const from = each ? i * k : 0;
    let rest = rng.next();
    let j = 0;
    while (j < k - 1 && rest >= values[from + j]!) rest -= values[from + j++]!;
    return j;
  });
}
