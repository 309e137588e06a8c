import type { Rng } from '@iresnet/core';
import { checkRng, ensure } from '@iresnet/core/internal';

/**
 * Divide 0 … n−1 at random into disjoint parts.
 *
 * A part below 1 is a fraction of n; any other part is a number of rows. Both kinds may be mixed.
 * Fractions are rounded so that parts which add up to 1 hold every index. The remaining indices are
 * in no part.
 *
 * @param n - How many indices.
 * @param parts - The size of each part.
 * @param rng - Advances by one permutation of n.
 * @returns One array of indices, in random order, for each part.
 * @throws IResNetError (argument) when a part is negative or a count is not an integer, or when the
 * parts exceed n.
 *
 * @example
 * ```ts
 * import { createRng } from '@iresnet/core';
 * import { split } from '@iresnet/datasets';
 *
 * const [train, validation, test] = split(1000, [0.8, 0.1, 0.1], createRng(0));
 * console.log(train.length, validation.length, test.length); // 800 100 100
 * ```
 */
export function split<const P extends readonly number[]>(
  n: number,
  parts: P,
  rng: Rng,
): { -readonly [K in keyof P]: Uint32Array } {
  ensure(Number.isSafeInteger(n) && n >= 0, 'datasets.split', () => `expected an integer n ≥ 0, got ${n}`);
  checkRng('datasets.split', rng);
  // Fractions and counts are summed separately, so that rounding a fraction never changes a count.
  let fraction = 0;
  let count = 0;
  const ends = parts.map((part) => {
    ensure(
      part >= 0 && (part < 1 || Number.isSafeInteger(part)),
      'datasets.split',
      () => `expected fractions in [0, 1) or integer counts, got ${part}`,
    );
    if (part < 1) fraction += part;
    else count += part;
    return Math.round(fraction * n) + count;
  });
  const total = ends.at(-1) ?? 0;
  ensure(
    total <= n && fraction <= 1 + 1e-9,
    'datasets.split',
    () => `expected parts of at most ${n} in all, got [${parts.join(', ')}]`,
  );
  const order = rng.permutation(n);
  const slices = ends.map((end, i) => order.slice(ends[i - 1] ?? 0, end));
  return slices as { -readonly [K in keyof P]: Uint32Array };
}
