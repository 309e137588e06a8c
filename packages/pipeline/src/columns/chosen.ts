import { IResNetError } from '@iresnet/core';
import { didYouMean, fromSpec, specKind } from '@iresnet/core/internal';
import type { ColumnKind, Table } from '@iresnet/datasets';
import { transformChoices, type ColumnChoices, type TransformChoice } from './choice';
import { detected } from './detected';
import { fitted, type SortedColumn } from './fitted';
import { transformOfKind } from './ofKind';
import { withoutHarm } from './withoutHarm';
import type { ColumnTransformSpec } from './specs';

/**
 * The transform of each column, from the training rows alone.
 *
 * The kind of a column decides before `auto` does. One with a transform of its name keeps that.
 *
 * @param title - Name of the table, for messages.
 * @param kinds - What each column holds; by default numbers.
 * @returns null where every column stays as it is.
 * @throws IResNetError of kind `data` for a column that does not exist, and for values beyond a
 * support.
 */
export function chosenTransforms(
  title: string,
  table: Table,
  { all, columns: named = [] }: ColumnChoices,
  kinds?: readonly ColumnKind[],
): ColumnTransformSpec[] | null {
  const { columns } = table;
  for (const { column } of named) {
    if (columns.includes(column)) continue;
    const near = didYouMean(column, columns);
    throw new IResNetError('data', title, `expected a column '${column}' to transform, found none${near}`);
  }
  const choiceOf = (name: string): TransformChoice =>
    named.findLast(({ column }) => column === name)?.transform ?? all;
  const gains = columns.map(() => 0);
  const transforms = columns.map((name, j): ColumnTransformSpec => {
    const choice = fromSpec<TransformChoice>('pipeline.tableSource', transformChoices, choiceOf(name));
    const { kind, ...options } = typeof choice === 'string' ? { kind: choice } : choice;
    const column = sorted(table, j);
    const holds = kinds?.[j] ?? { kind: 'real' };
    if (kind === 'auto' || holds.kind === 'category') {
      const asked = transformOfKind(title, column, holds);
      if (asked !== undefined) return asked;
    }
    if (kind === 'none') return 'none';
    if (kind !== 'auto') return fitted(title, column, kind, options);
    const found = detected(title, column);
    gains[j] = found?.gain ?? 0;
    return found?.transform ?? 'none';
  });
  const kept = withoutHarm(table, transforms, gains);
  return kept.every((spec) => specKind(spec) === 'none') ? null : kept;
}

function sorted({ columns, rows, values }: Table, j: number): SortedColumn {
  const width = columns.length;
  return {
    name: columns[j]!,
    values: Float64Array.from({ length: rows }, (_, i) => values[i * width + j]!)
      .filter((value) => !Number.isNaN(value))
      .sort(),
  };
}
