import { checkOptions, ensure } from '@iresnet/core/internal';
import type { Box } from './box';

/** Points of a grid at most: their values take two gigabytes in three columns. */
const MOST_POINTS = 2 ** 26;

/**
 * The centres of the side^d equal cells of a box, row by row; the first column changes fastest.
 *
 * @param box - The low and the high end of each of d columns.
 * @param side - Cells along each side.
 * @returns side^d rows of d values, float64.
 * @throws IResNetError (argument) for a box without columns, an end that is not finite, low ≥ high,
 * a side that is not an integer ≥ 1, or more than 2²⁶ cells.
 *
 * @example
 * ```ts
 * import { gridPoints } from '@iresnet/evaluation';
 *
 * console.log(gridPoints([[0, 2], [0, 20]], 2)); // Float64Array(8) [ 0.5, 5, 1.5, 5, 0.5, 15, 1.5, 15 ]
 * ```
 */
export function gridPoints(box: Box, side: number): Float64Array {
  const where = 'evaluation.gridPoints';
  const d = box.length;
  ensure(d >= 1, where, () => 'expected one column or more, got none');
  box.forEach(([low, high], j) =>
    ensure(
      Number.isFinite(low) && Number.isFinite(high) && low < high,
      where,
      () => `expected finite ends low < high, got [${low}, ${high}] in column ${j}`,
    ),
  );
  ensure(Number.isSafeInteger(side) && side >= 1, where, () => `expected an integer side ≥ 1, got ${side}`);
  const cells = side ** d;
  ensure(cells <= MOST_POINTS, where, () => `expected at most ${MOST_POINTS} cells, got ${side}^${d}`);
  const points = new Float64Array(cells * d);
  for (let i = 0; i < cells; i++) {
    for (let j = 0, rest = i; j < d; j++, rest = Math.floor(rest / side)) {
      const [low, high] = box[j]!;
      points[i * d + j] = low + (((rest % side) + 0.5) / side) * (high - low);
    }
  }
  return points;
}

/** How {@link integrateDensity} divides its box. */
export interface IntegrateDensityOptions {
  /** Cells along each side. By default 400 in one and two columns, 50 in three. */
  readonly side?: number;
}

/**
 * ∫ p(x) dx over a box by the midpoint rule, Σ p(centre) · cell.
 *
 * A density integrates to 1, so a model whose log-determinant is wrong shows here. For a smooth
 * density that vanishes at the border of the box the error falls faster than any power of the
 * cell's side; two cells for each length on which the density changes are enough.
 *
 * @param logDensity - log p(x) in nats of points given row by row, one number for each. It is
 * called once with all points.
 * @param box - The low and the high end of each column, such as {@link boundingBox} gives. Three
 * columns at most.
 * @throws IResNetError (argument) as {@link gridPoints}, for more than three columns, and where
 * `logDensity` gives another number of values.
 *
 * @example
 * ```ts
 * import { integrateDensity } from '@iresnet/evaluation';
 *
 * // A standard Gaussian of two columns; erf(2/√2)² of its mass lies within two deviations.
 * const logDensity = (x: Float64Array) =>
 *   Float64Array.from({ length: x.length / 2 }, (_, i) =>
 *     -(x[2 * i]! ** 2 + x[2 * i + 1]! ** 2) / 2 - Math.log(2 * Math.PI));
 * console.log(integrateDensity(logDensity, [[-2, 2], [-2, 2]]).toFixed(3)); // 0.911
 * ```
 */
export function integrateDensity(
  logDensity: (points: Float64Array) => ArrayLike<number>,
  box: Box,
  options: IntegrateDensityOptions = {},
): number {
  const where = 'evaluation.integrateDensity';
  checkOptions(where, options, { side: true });
  const d = box.length;
  ensure(d <= 3, where, () => `expected at most 3 columns, got ${d}`);
  const { side = d <= 2 ? 400 : 50 } = options;
  const points = gridPoints(box, side);
  const values = logDensity(points);
  const count = points.length / d;
  ensure(
    values.length === count,
    where,
    () => `expected logDensity to give ${count} values, one for each point, got ${values.length}`,
  );
  const cell = box.reduce((volume, [low, high]) => volume * (high - low), 1) / side ** d;
  let sum = 0;
  for (let i = 0; i < count; i++) sum += Math.exp(values[i]!) * cell;
  return sum;
}
