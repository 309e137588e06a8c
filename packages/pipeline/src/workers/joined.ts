import { sliceRows, type Images, type Table } from '@iresnet/datasets';
import type { Data } from '../data';
import type { Reconstructed } from '../reconstruct';
import type { Drawn } from '../toData';
import type { Unusable } from '../unusable';

/** How many examples there are. */
export function countOf(data: Data): number {
  if (Array.isArray(data)) return data.length;
  return 'columns' in data ? (data as Table).rows : (data as Images).count;
}

/**
 * Examples `from` to `to`, in memory of their own: a part of a longer array would be sent with all
 * of it.
 */
export function rangeOf(data: Data, from: number, to: number): Data {
  if (Array.isArray(data)) return data.slice(from, to) as readonly (readonly number[])[];
  if ('columns' in data) {
    const { columns, kinds, rows, values, flaws } = sliceRows(data as Table, from, to);
    // What a file has beside its values stays here, but for what is wrong with a row.
    return { columns, ...(kinds && { kinds }), ...(flaws && { flaws }), rows, values: values.slice() };
  }
  if ('converged' in data) {
    const { count, shape, values, converged } = data as Drawn;
    const size = values.length / count;
    const range = values.slice(from * size, to * size);
    return { count: to - from, shape, values: range, converged: converged.slice(from, to) };
  }
  const { shape, images, levels } = data as Images;
  const size = shape[0] * shape[1] * shape[2];
  return { count: to - from, shape, levels, images: images.slice(from * size, to * size) };
}

/** Draws in pieces as one; at least one piece. */
export function joinedDraws(parts: readonly Drawn[]): Drawn {
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  const { shape, values: first } = parts[0]!;
  const size = shape.reduce((product, n) => product * n, 1);
  const values = first instanceof Uint8Array ? new Uint8Array(count * size) : new Float64Array(count * size);
  let at = 0;
  for (const part of parts) {
    values.set(part.values, at);
    at += part.values.length;
  }
  return { count, shape, values, converged: parts.flatMap(({ converged }) => converged) };
}

/** Inverses in pieces as one; at least one piece. */
export function joinedInverses(parts: readonly Reconstructed[]): Reconstructed {
  let before = 0;
  const unusable: Unusable[] = [];
  for (const part of parts) {
    for (const found of part.unusable) unusable.push({ ...found, index: before + found.index });
    before += part.count;
  }
  const all = (name: 'maxError' | 'maxDeviations' | 'errorBound' | 'residual' | 'solveBound'): number[] =>
    parts.flatMap((part) => part[name]);
  return {
    ...joinedDraws(parts),
    maxError: all('maxError'),
    maxDeviations: all('maxDeviations'),
    errorBound: all('errorBound'),
    boundKind: parts.findLast(({ boundKind }) => boundKind !== 'proven')?.boundKind ?? 'proven',
    residual: all('residual'),
    solveBound: all('solveBound'),
    unusable,
    evaluationsPerBlock:
      parts.reduce((sum, { evaluationsPerBlock }) => sum + evaluationsPerBlock, 0) / parts.length,
  };
}
