import { finiteOrNull } from '@iresnet/core/internal';
import { cellOf, type Field } from '@iresnet/datasets';
import type { Reason } from '../explain';
import type { TableInput } from '../input';

/** `column_1, usual_1, gain_1` and so on; empty where there is not such a reason. */
export function reasonFields(
  reasons: readonly Reason[],
  { columns, kinds }: Pick<TableInput, 'columns' | 'kinds'>,
  most: number,
): Field[] {
  return Array.from({ length: most }, (_, k) => k).flatMap((k): Field[] => {
    const reason = reasons[k];
    const usual = reason && cellOf(kinds?.[columns.indexOf(reason.column)], reason.usual);
    const gain = reason && Number(reason.gain.toPrecision(6));
    const n = k + 1;
    return [
      [`column${n}`, reason?.column ?? null, `column_${n}`],
      [`usual${n}`, usual ?? null, `usual_${n}`],
      [`gain${n}`, gain ?? null, `gain_${n}`],
    ];
  });
}

/** `surprise_price` and so on: −ln p of each value beside the others; empty where there is none. */
export function surpriseFields(
  values: Float64Array | undefined,
  { columns }: Pick<TableInput, 'columns'>,
): Field[] {
  return columns.map((column, j) => {
    const value = finiteOrNull(Number((values?.[j] ?? NaN).toPrecision(6)));
    return [`surprise_${column}`, value, `surprise_${column}`];
  });
}
