import type { Table } from '@iresnet/datasets';
import { cholesky, conditioning, whitened } from './conditioning';
import { hostMap } from './hostMap';
import { role } from './roles';

/** Rows that gaps are filled in, and how often the moments are taken again. */
const [FILLED, ROUNDS] = [5000, 30];

/**
 * Mean, deviation and correlations of columns with gaps: those of the normal distribution under
 * which the values that are there are most likely, by expectation and maximization. Where a column
 * is missing more often for some values of the others, its own mean alone would be wrong.
 *
 * @param moments - Mean and deviation of the values that are there.
 * @returns The same with the factor C of `correlationFactor`. Cost O(n d³), n at most 5000.
 * @see Dempster, Laird and Rubin, Maximum likelihood from incomplete data via the EM algorithm
 * (1977).
 */
export function momentsWithGaps(
  { columns: { length: d }, rows: all, values }: Table,
  moments: { readonly mean: readonly number[]; readonly deviation: readonly number[] },
): { readonly mean: number[]; readonly deviation: number[]; readonly factor: number[] } {
  const rows = Math.min(all, FILLED);
  const { inDeviations } = hostMap(moments);
  const u = Array.from({ length: rows }, (_, i) => inDeviations(values.subarray(i * d, (i + 1) * d)));
  const roles = u.map((row) => Uint8Array.from(row, (x) => (Number.isNaN(x) ? role.asked : role.known)));
  let mean = new Float64Array(d);
  let scale = new Float64Array(d).fill(1);
  let correlations = Array.from({ length: d }, (_, i) => new Float64Array(i + 1).fill(0).fill(1, i));
  for (let round = 0; round < ROUNDS; round++) {
    const patternOf = conditioning(correlations);
    const sum = new Float64Array(d);
    const products = Array.from({ length: d }, (_, i) => new Float64Array(i + 1));
    const into = (a: number, b: number, value: number): void => {
      products[Math.max(a, b)]![Math.min(a, b)]! += value / rows;
    };
    u.forEach((row, n) => {
      const { order, known, factor } = patternOf(roles[n]!);
      const now = row.map((x, j) => (x - mean[j]!) / scale[j]!);
      const y = whitened({ order, known, factor }, now, known);
      for (let i = known; i < d; i++)
        now[order[i]!] = factor[i]!.reduce((total, l, k) => total + l * y[k]!, 0);
      const filled = now.map((x, j) => x * scale[j]! + mean[j]!);
      for (let i = 0; i < d; i++) {
        sum[i]! += filled[i]! / rows;
        for (let j = 0; j <= i; j++) products[i]![j]! += (filled[i]! * filled[j]!) / rows;
      }
      // What is not known of the gaps counts too.
      for (let i = known; i < d; i++)
        for (let j = known; j <= i; j++) {
          let rest = 0;
          for (let k = known; k <= j; k++) rest += factor[i]![k]! * factor[j]![k]!;
          into(order[i]!, order[j]!, rest * scale[order[i]!]! * scale[order[j]!]!);
        }
    });
    mean = sum;
    scale = Float64Array.from(products, (row, i) => Math.sqrt(row[i]! - sum[i]! ** 2));
    correlations = products.map((row, i) =>
      row.map((value, j) => (i === j ? 1 : (value - sum[i]! * sum[j]!) / (scale[i]! * scale[j]!))),
    );
  }
  const factor = new Float64Array(d * d);
  cholesky(d, (i, j) => correlations[i]![j]!).forEach((row, i) => factor.set(row, i * d));
  return {
    mean: moments.mean.map((m, j) => m + moments.deviation[j]! * mean[j]!),
    deviation: moments.deviation.map((s, j) => s * scale[j]!),
    factor: Array.from(factor),
  };
}
