import { ensure } from '@iresnet/core/internal';

/**
 * max x over the values, where NaN counts as infinite.
 *
 * An error that is not a number must not pass for a small one, as it does in a comparison. Long
 * arrays work too, unlike with `Math.max(...values)`.
 *
 * @param values - Errors or bounds, none of them negative.
 * @returns 0 for no values.
 *
 * @example
 * ```ts
 * import { largestError } from '@iresnet/evaluation';
 *
 * console.log(largestError([1e-6, 3e-6]), largestError([1e-6, NaN])); // 0.000003 Infinity
 * ```
 */
export function largestError(values: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i]!)) return Infinity;
    if (values[i]! > largest) largest = values[i]!;
  }
  return largest;
}

/**
 * max |aᵢ − bᵢ|/uᵢ, where a difference that is not a number counts as infinite.
 *
 * With a = F⁻¹(F(x)) and b = x it is the error of a reconstruction; with a = F(F⁻¹(z)) and b = z
 * the error of a sample in the latent space.
 *
 * @param a - Row by row.
 * @param b - The same number of values.
 * @param units - Length of the unit in each column, such as the standard deviations of a table;
 * value i belongs to column i mod `units.length`. By default [1].
 * @throws IResNetError (argument) for arrays of different lengths, for no units, and for a unit
 * that is not positive.
 *
 * @example
 * ```ts
 * import { largestDifference } from '@iresnet/evaluation';
 *
 * // Two rows of two columns; the second column is measured in hundreds.
 * console.log(largestDifference([1, 200, 2, 350], [1, 150, 2.1, 350], [1, 100])); // 0.5
 * ```
 */
export function largestDifference(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  units: ArrayLike<number> = [1],
): number {
  const where = 'evaluation.largestDifference';
  ensure(
    a.length === b.length,
    where,
    () => `expected two arrays of one length, got ${a.length} and ${b.length} values`,
  );
  ensure(units.length > 0, where, () => 'expected one unit or more, got none');
  for (let j = 0; j < units.length; j++)
    ensure(units[j]! > 0, where, () => `expected units > 0, got ${units[j]} at position ${j}`);
  return largestError(
    Float64Array.from({ length: a.length }, (_, i) => Math.abs(a[i]! - b[i]!) / units[i % units.length]!),
  );
}
