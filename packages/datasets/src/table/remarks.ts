import { copiedRows, dependentColumns } from './dependence';
import type { TableNotice } from './notice';
import { isDiscrete } from './schema';
import type { Table } from './table';

/** Values of a table that are looked at, at most: each column is sorted. */
const MOST_VALUES = 2 ** 24;
/** A column with no more different values is not a measurement on a line. */
const FEW = 20;
/** Share of the rows with one value from which a column has an atom there. */
const ATOM = 0.2;
/** Interquartile ranges between an extreme value and the next one from which it is a stranger. */
const FAR = 10;
/** Rows at least, for any of this to mean something. */
const LEAST = 10;
/** Share of the rows that are copies from which it is said. */
const COPIED = 0.1;
/** Names in a line at most. */
const SHOWN = 8;

/**
 * What stands out in the values of a table before a density is fitted to it: columns that follow
 * from others, rows that are copies, columns that count the rows, columns with few values, values
 * that many rows share, and extreme values that stand far from all others, as codes for missing
 * values do (−999, 1e20).
 *
 * A density of a column with atoms is decided by the noise that training adds, and one stranger
 * among the rows decides its scale. None of it is an error.
 *
 * Cost: O(n log n) a column. Tables of less than 10 rows or more than 2²⁴ values get no remarks.
 *
 * @param table - Rows of finite numbers, or NaN for a cell without a value.
 * @returns Notices of kind `values`, at most twelve, each one line.
 *
 * @example
 * ```ts
 * import { parseTable, tableRemarks } from '@iresnet/datasets';
 *
 * const rows = Array.from({ length: 50 }, (_, i) => `${i === 7 ? -999 : Math.sin(i)}`).join('\n');
 * console.log(tableRemarks(parseTable(`depth\n${rows}`))[0]?.text);
 * // 'depth' is -999 in row 8, 664 interquartile ranges from the next value: a code for a missing one?
 * ```
 */
export function tableRemarks(table: Table): readonly TableNotice[] {
  const { columns, rows, values, kinds } = table;
  if (rows < LEAST || values.length > MOST_VALUES) return [];
  const counters: string[] = [];
  const few: string[] = [];
  const atoms: string[] = [];
  const strangers: string[] = [];
  columns.forEach((name, c) => {
    const kind = kinds?.[c];
    if (kind?.kind === 'category') return;
    const all = Float64Array.from({ length: rows }, (_, r) => values[r * columns.length + c]!);
    const column = all.filter((value) => !Number.isNaN(value));
    if (all.every((value, r) => value === all[0]! + r)) {
      counters.push(name);
      return;
    }
    const sorted = column.slice().sort();
    const { distinct, common, count } = runs(sorted);
    if (distinct <= 1) return;
    if (kind && isDiscrete(kind)) {
      // Each of its values has a probability.
    } else if (distinct <= FEW && distinct < rows / 2) few.push(name);
    else if (count >= ATOM * rows)
      atoms.push(`'${name}' is ${common} in ${Math.round((100 * count) / rows)} % of the rows`);
    strangers.push(...strangersOf(name, all, sorted));
  });
  const dependent = dependentColumns(table);
  const { copies, of } = copiedRows(table);
  const lines = [
    ...(counters.length > 0
      ? [`${listed(counters)} ${verb(counters, 'counts', 'count')} the rows, which says nothing about them`]
      : []),
    ...(few.length > 0
      ? [
          `${listed(few)} ${verb(few, 'takes', 'take')} at most ${FEW} different values: the noise of training decides the density there`,
        ]
      : []),
    ...(atoms.length > 0 ? [`${some(atoms)}: the noise of training decides the density there`] : []),
    ...strangers.slice(0, SHOWN),
    ...(strangers.length > SHOWN ? [`${strangers.length - SHOWN} more columns have such values`] : []),
    ...(dependent.length > 0
      ? [
          `${listed(dependent)} ${verb(dependent, 'follows', 'follow')} from the columns before: there is no Gaussian to compare with, and the noise of training decides the density there`,
        ]
      : []),
    ...(columns.length > 1 && copies >= COPIED * of
      ? [`${copies} of ${of} rows are copies of rows before them`]
      : []),
  ];
  return lines.map((text) => ({ kind: 'values', text }));
}

/** How many different values there are, and the most frequent one. */
function runs(sorted: Float64Array) {
  let [distinct, common, count] = [0, sorted[0]!, 0];
  for (let from = 0, i = 1; i <= sorted.length; i++) {
    if (i < sorted.length && sorted[i] === sorted[from]) continue;
    distinct++;
    if (i - from > count) [common, count] = [sorted[from]!, i - from];
    from = i;
  }
  return { distinct, common, count };
}

/** The least and the largest value, where they stand far from the next one. */
function strangersOf(name: string, column: Float64Array, sorted: Float64Array): readonly string[] {
  const n = sorted.length;
  const spread = sorted[Math.floor(0.75 * n)]! - sorted[Math.floor(0.25 * n)]!;
  if (!(spread > 0)) return [];
  const [least, largest] = [sorted[0]!, sorted[n - 1]!];
  const after = sorted.find((value) => value > least)!;
  const before = sorted.findLast((value) => value < largest)!;
  const ends = [
    { value: least, gap: (after - least) / spread },
    { value: largest, gap: (largest - before) / spread },
  ];
  return ends
    .filter(({ gap }) => gap > FAR)
    .map(({ value, gap }) => {
      const count = column.filter((other) => other === value).length;
      const where = `row ${column.indexOf(value) + 1}${count > 1 ? ` and ${count - 1} more` : ''}`;
      const far = gap < 1e4 ? String(Math.round(gap)) : gap.toExponential(0);
      return `'${name}' is ${value} in ${where}, ${far} interquartile ranges from the next value: a code for a missing one?`;
    });
}

function listed(names: readonly string[]): string {
  return some(names.map((name) => `'${name}'`));
}

function some(texts: readonly string[]): string {
  const shown = texts.slice(0, SHOWN).join(', ');
  return texts.length > SHOWN ? `${shown} and ${texts.length - SHOWN} more` : shown;
}

function verb({ length }: readonly string[], one: string, several: string): string {
  return length === 1 ? one : several;
}
