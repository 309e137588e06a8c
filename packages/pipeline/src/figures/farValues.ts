import { distance } from '../unusable';
import { observedMoments } from '../source/moments';
import type { TableSource } from '../source/source';

/** A value far from all training rows. */
export interface FarValue {
  /** The number of its row in the table, from 1; null for a draw. */
  readonly row: number | null;
  readonly column: string;
  /** Such as `9.97e+36 is 1.0e+37 deviations off`. */
  readonly reason: string;
}

/** Deviations from the mean of the training rows beyond which a value is worth a word. */
const FAR = 1000;

/**
 * The rows outside the training part with a value more than 1000 deviations from the mean of the
 * training rows, each with its furthest value: fill values and slips of a unit, most of all. A
 * training row of n cannot lie further than √n deviations.
 *
 * @example
 * ```ts
 * import { defaultRecipe, farValues, tableSource } from '@iresnet/pipeline';
 *
 * const values = Float64Array.from({ length: 40 }, (_, i) => (i === 7 ? 9.97e36 : Math.sin(i)));
 * const recipe = defaultRecipe('table');
 * const seeds = [1, 2, 3, 4, 5, 6, 7, 8];
 * for (const seed of seeds) {
 *   try {
 *     const source = tableSource('sines', { columns: ['x'], rows: 40, values }, { ...recipe, seed });
 *     console.log(farValues(source)); // row 8, where it is not trained on
 *   } catch (error) {
 *     console.log((error as Error).message); // a deviation of 1e36
 *   }
 * }
 * ```
 */
export function farValues({ training, validation, heldOut }: TableSource): FarValue[] {
  // Of the columns as they are, which transforms do not change.
  const { mean, deviation } = observedMoments(training.data);
  const found: FarValue[] = [];
  for (const { data, numbers } of validation === heldOut ? [heldOut] : [validation, heldOut]) {
    const { columns, rows, values } = data;
    const width = columns.length;
    for (let i = 0; i < rows; i++) {
      let [worst, most] = [0, 0];
      for (let j = 0; j < width; j++) {
        const off = Math.abs(values[i * width + j]! - mean[j]!) / deviation[j]!;
        if (off > most) [worst, most] = [j, off];
      }
      if (most <= FAR) continue;
      const reason = distance(values[i * width + worst]!, most);
      found.push({ row: numbers?.[i] ?? null, column: columns[worst]!, reason });
    }
  }
  return found.sort((a, b) => (a.row ?? 0) - (b.row ?? 0));
}
