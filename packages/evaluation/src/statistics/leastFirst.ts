/**
 * The positions of values from the least value to the largest, in a total order: NaN comes first,
 * then −Infinity, then the numbers; equal values keep their order.
 *
 * A comparison by a − b is not an order when a value is NaN, or when two are infinite. In scores
 * such a value stands for the strangest example of all, so it comes first.
 *
 * @param values - Scores, one for each example.
 * @returns Positions in `values`. Cost: n log n comparisons.
 *
 * @example
 * ```ts
 * import { leastFirst } from '@iresnet/evaluation';
 *
 * console.log(leastFirst([-1, NaN, -3, -Infinity, -1])); // Uint32Array(5) [ 1, 3, 2, 0, 4 ]
 * ```
 */
export function leastFirst(values: ArrayLike<number>): Uint32Array {
  return Uint32Array.from({ length: values.length }, (_, i) => i).sort((i, j) => {
    const [a, b] = [values[i]!, values[j]!];
    if (a < b) return -1;
    if (a > b) return 1;
    if (a === b) return i - j;
    return Number(Number.isNaN(b)) - Number(Number.isNaN(a)) || i - j;
  });
}
