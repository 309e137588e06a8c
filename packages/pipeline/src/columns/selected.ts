import { didYouMean } from '@iresnet/core/internal';
import type { ColumnKind, Table } from '@iresnet/datasets';
import type { TableInput } from '../input';
import { wrongKind } from '../wrongKind';

/**
 * The columns of the model, in its order, by their names; categories have the numbers of the model.
 */
export function selected(
  where: string,
  { columns, kinds }: Pick<TableInput, 'columns' | 'kinds'>,
  table: Table,
): Pick<Table, 'rows' | 'values'> {
  const recoded = kinds?.some((kind, j) => !sameCodes(kind, kindIn(table, columns[j]!))) ?? false;
  if (!recoded && table.columns.join('\n') === columns.join('\n')) return table;
  const at = columns.map((name) => {
    const found = table.columns.indexOf(name);
    if (found >= 0) return found;
    const near = didYouMean(name, table.columns);
    throw wrongKind(where, `a column '${name}'`, `${table.columns.join(', ')}${near}`);
  });
  const width = table.columns.length;
  const values = new Float64Array(table.rows * columns.length);
  const coding = columns.map((name, j) => recoding(kinds?.[j], kindIn(table, name)));
  for (let i = 0; i < values.length; i++) {
    const row = Math.floor(i / columns.length);
    const j = i % columns.length;
    values[i] = coding[j]!(table.values[row * width + at[j]!]!);
  }
  return { rows: table.rows, values };
}

/** What a column of a table holds; undefined where the table does not say. */
function kindIn({ columns, kinds }: Table, name: string): ColumnKind | undefined {
  return kinds?.[columns.indexOf(name)];
}

/**
 * Whether the numbers of a column mean the same; a table that does not say has those of the model.
 */
function sameCodes(a: ColumnKind, b: ColumnKind | undefined): boolean {
  if (a.kind !== 'category' || b?.kind !== 'category') return true;
  return a.values.join('\n') === b.values.join('\n') && (a.missing ?? false) === (b.missing ?? false);
}

/**
 * From the numbers of a table to those of the model, by the names of categories; NaN for a new one.
 */
function recoding(to: ColumnKind | undefined, from: ColumnKind | undefined): (code: number) => number {
  if (to === undefined || sameCodes(to, from)) return (code) => code;
  const { values, missing } = to as Extract<ColumnKind, { kind: 'category' }>;
  const theirs = from as Extract<ColumnKind, { kind: 'category' }>;
  const places = new Map(values.map((value, code) => [value, code]));
  const codes = [...theirs.values.map((value) => places.get(value) ?? NaN), missing ? values.length : NaN];
  return (code) => codes[code] ?? NaN;
}
