import type { Rng } from '@iresnet/core';
import type { Pipeline } from '../pipeline';
import { firstRows } from '../rows';
import { score } from '../score';
import type { TableSource } from '../source/source';
import { JUDGED_ROWS } from './tableFigures';

/** A row that a model finds improbable. */
export interface UnusualRow {
  /** Its number in the table, from 1; null for a draw. */
  readonly row: number | null;
  readonly values: readonly number[];
  /** ln p, nats. */
  readonly logLikelihood: number;
  readonly heldOut: boolean;
}

/** The rows of least density among the first 20,000 of the training and of the held-out rows, least first. */
export async function unusualRows(
  pipeline: Pipeline,
  { training, heldOut }: TableSource,
  most: number,
  rng: Rng,
): Promise<UnusualRow[]> {
  const found: UnusualRow[] = [];
  for (const part of [training, heldOut]) {
    const { columns, rows, values } = firstRows(part.data, JUDGED_ROWS);
    const { logProb } = await score(pipeline, { columns, rows, values }, { rng });
    const order = Uint32Array.from({ length: rows }, (_, i) => i).sort((a, b) => logProb![a]! - logProb![b]!);
    for (const i of order.subarray(0, most))
      found.push({
        row: part.numbers?.[i] ?? null,
        values: Array.from(values.subarray(i * columns.length, (i + 1) * columns.length)),
        logLikelihood: logProb![i]!,
        heldOut: part === heldOut,
      });
  }
  return found.sort((a, b) => a.logLikelihood - b.logLikelihood).slice(0, most);
}
