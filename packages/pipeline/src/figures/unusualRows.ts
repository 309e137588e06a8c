import { leastFirst } from '@iresnet/evaluation';
import type { Pipeline } from '../pipeline';
import { firstRows } from '../rows';
import { score } from '../score';
import type { TableSource } from '../source/source';
import { judgedRows } from './tableFigures';

/** A row that a model finds improbable. */
export interface UnusualRow {
  /** Its number in the table, from 1; null for a draw. */
  readonly row: number | null;
  readonly values: readonly number[];
  /** ln p, nats; not finite where the row cannot be judged. */
  readonly logLikelihood: number;
  /** Whether it is one of the held-out part. */
  readonly heldOut: boolean;
}

/**
 * The rows of least density among the first {@link judgedRows} of the training, of the validation
 * and of the held-out rows, least first; those that cannot be judged come before all others.
 */
export async function unusualRows(
  pipeline: Pipeline,
  { training, validation, heldOut }: TableSource,
  most: number,
): Promise<UnusualRow[]> {
  const found: UnusualRow[] = [];
  for (const part of new Set([training, validation, heldOut])) {
    const { columns, rows, values } = firstRows(part.data, judgedRows(part.data.columns.length));
    const { logProb } = await score(pipeline, { columns, rows, values });
    for (const i of leastFirst(logProb!).subarray(0, most))
      found.push({
        row: part.numbers?.[i] ?? null,
        values: Array.from(values.subarray(i * columns.length, (i + 1) * columns.length)),
        logLikelihood: logProb![i]!,
        heldOut: part === heldOut,
      });
  }
  const order = leastFirst(found.map(({ logLikelihood }) => logLikelihood));
  return Array.from(order.subarray(0, most), (i) => found[i]!);
}
