import type { Output } from './terminal/output';

/**
 * Say of how many examples the bound of the error says nothing, being larger than all data: through
 * many blocks it multiplies the worst of each.
 *
 * @param range - How far apart two examples can be, in the 2-norm and the unit of the bounds.
 * @param what - `rows` or `images`.
 */
export function tellEmptyBounds(
  bounds: readonly number[],
  range: number,
  what: string,
  output: Output,
): void {
  const empty = bounds.filter((bound) => Number.isFinite(bound) && bound > range).length;
  if (empty > 0)
    output.log(
      `the error bound of ${empty} of ${bounds.length} ${what} says nothing: it is larger than the range of the data; look at the error and the residual`,
    );
}
