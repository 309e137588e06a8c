import { IResNetError } from '@iresnet/core';
import { limits } from '../limits';
import { cellReader, type CellReader } from './cells';
import type { ChosenColumns } from './columns';
import type { CsvRecord } from './csv';
import type { Layout } from './layout';
import { isMissing, isNumeric, lookOf, otherMarks, numberMarks, type NumberMarks } from './numbers';
import { noRows, rowReader } from './rowReader';
import type { LabelledTable, RowFlaw, Table } from './table';
import type { TableFileOptions } from './tableOptions';

/** Makes one table or several of the records of a file. */
export interface TableReader {
  /** Take the next record. */
  read(record: CsvRecord): void;
  /** Pieces that are complete; whoever takes them removes them. */
  readonly ready: (Table | LabelledTable)[];
  /**
   * No record follows: what is left becomes the last piece. Throws when there has never been a row.
   */
  end(): void;
  /** What is left becomes the last piece, if there is any: for a reader that stops at a bad row. */
  flush(): void;
}

/**
 * Read rows into float64 without keeping an object for each.
 *
 * @param most - Rows of a piece.
 * @param survey - Whether to go on after a cell that is not a number, to tell which columns could
 * be read: the error then comes at the end.
 */
export function tableReader(
  options: TableFileOptions,
  where: string,
  { most = Infinity, survey = false }: { readonly most?: number; readonly survey?: boolean } = {},
): TableReader {
  const marks = numberMarks(options);
  const { kinds, missing = 'refuse', keep, onNotice = () => undefined } = options;
  const ready: (Table | LabelledTable)[] = [];
  let layout: Layout;
  let chosen: ChosenColumns;
  let cells: readonly CellReader[];
  let rows = 0;
  let any = false;
  let values = new Float64Array(256);
  let labels: string[] = [];
  /** Numbers of the rows of the next piece in the file, where some are dropped. */
  let numbers: number[] = [];
  let seen = 0;
  const dropped = { rows: 0, columns: new Map<string, number>() };
  /** One copy of each class name, since a field keeps the text that it was cut from in memory. */
  const known = new Map<string, string>();
  let flaws: RowFlaw[] = [];
  let good = 0;
  /**
   * The first cell in a form that is not read, as long as no row could be read: then the whole file
   * may be in it.
   */
  let form: IResNetError | undefined;
  let cellsKept: (readonly string[])[] = [];
  let kept: readonly number[] = [];
  let failed: { readonly error: IResNetError; readonly numbers: Set<number> } | undefined;

  const readRow = (line: number, fields: readonly string[]): void => {
    const { names } = layout;
    const { wanted, label } = chosen;
    seen++;
    if (failed) {
      for (const c of failed.numbers) {
        if (Number.isNaN(cells[wanted.indexOf(c)]!.read(fields[c]!.trim()))) failed.numbers.delete(c);
      }
      return;
    }
    if (missing === 'drop' && drops(fields)) return;
    let at = rows * wanted.length;
    if (at + wanted.length > values.length) values = grown(values, at + wanted.length);
    let flaw: RowFlaw | undefined;
    for (let j = 0; j < wanted.length; j++) {
      const c = wanted[j]!;
      const text = fields[c]!.trim();
      const value = cells[j]!.read(text);
      values[at++] = value;
      if (!Number.isNaN(value)) continue;
      const empty = isMissing(text);
      if ((empty && (missing === 'marginal' || flaw)) || (flaw && !flaw.empty)) continue;
      const { what, error } = notRead(text, line, names[c]!, where, marks, cells[j]!.expected);
      if (missing === 'keep') {
        // The first cell is named; among empty ones the first that is not.
        flaw = { row: rows, column: names[c]!, reason: what, ...(empty && { empty }) };
        if (good === 0 && !lacksValue(text, j)) form ??= error;
        continue;
      }
      if (!survey) throw error;
      failed = { error, numbers: new Set(wanted) };
      return readRow(line, fields);
    }
    if (label !== -1) {
      const name = labelIn(fields[label]!.trim(), line, names[label]!, where);
      if (!known.has(name)) known.set(name, name);
      labels.push(known.get(name)!);
    }
    if (missing === 'drop') numbers.push(seen);
    if (flaw) flaws.push(flaw);
    else good++;
    endRow(fields);
  };

  const endRow = (fields: readonly string[]): void => {
    if (keep !== undefined) cellsKept.push(kept.map((c) => keptCell(fields[c])));
    if (++rows >= most) flush();
  };

  /** A line with too few or too many fields keeps its place. */
  const misfit = (line: number, fields: readonly string[], what: string): void => {
    const width = chosen.wanted.length;
    const at = rows * width;
    if (at + width > values.length) values = grown(values, at + width);
    values.fill(NaN, at, at + width);
    seen++;
    flaws.push({ row: rows, column: null, reason: what });
    if (good === 0) form ??= new IResNetError('data', where, `line ${line}: ${what}`);
    endRow(fields);
  };

  /**
   * Whether a cell holds no value, and not one in a form that is not read: then the whole file is
   * in it.
   */
  const lacksValue = (text: string, j: number): boolean =>
    isMissing(text) || kinds?.[j]?.kind === 'category' || lookOf(text, marks) === '';

  /** Whether a row has a cell without a value, which is counted for its column. */
  const drops = (fields: readonly string[]): boolean => {
    const { wanted, label } = chosen;
    let without = false;
    const count = (c: number): void => {
      without = true;
      dropped.columns.set(layout.names[c]!, (dropped.columns.get(layout.names[c]!) ?? 0) + 1);
    };
    for (let j = 0; j < wanted.length; j++) {
      const text = fields[wanted[j]!]!.trim();
      if (isMissing(text) && Number.isNaN(cells[j]!.read(text))) count(wanted[j]!);
    }
    if (label !== -1 && fields[label]!.trim() === '') count(label);
    if (without) dropped.rows++;
    return without;
  };

  const flush = (): void => {
    if (rows === 0) return;
    if (good === 0 && form) throw form;
    any = true;
    ready.push(take());
  };

  const take = (): Table | LabelledTable => {
    const { columns, label } = chosen;
    const table: Table = {
      columns,
      rows,
      values: values.slice(0, rows * columns.length),
      ...(kinds && kinds.some(({ kind }) => kind !== 'real') && { kinds }),
      ...(missing === 'drop' && { numbers: Uint32Array.from(numbers) }),
      ...(flaws.length > 0 && { flaws }),
      ...(keep !== undefined && {
        kept: { columns: kept.map((c) => layout.names[c]! || `column_${c + 1}`), cells: cellsKept },
      }),
    };
    const taken = labels;
    rows = 0;
    labels = [];
    numbers = [];
    flaws = [];
    cellsKept = [];
    if (label === -1) return table;
    const labelled: LabelledTable = { ...table, label: options.label!, labels: taken };
    return labelled;
  };

  const reader = rowReader(options, where, {
    begin(found, columns) {
      layout = found;
      chosen = columns;
      cells = columns.wanted.map((_, j) => cellReader(kinds?.[j], marks));
      const all = found.names.keys();
      kept = keep === 'all' ? [...all] : [...all].filter((c) => keep?.includes(found.names[c]!));
    },
    row: readRow,
    // Without its class a row is of no use.
    ...(missing === 'keep' && options.label === undefined && { misfit }),
  });

  return {
    ready,
    read: (record: CsvRecord) => reader.read(record),
    flush,
    end() {
      reader.end();
      if (failed) {
        const numeric = [...failed.numbers].map((c) => layout.names[c]!);
        throw withNumbers(failed.error, numeric, chosen.wanted.length);
      }
      flush();
      if (!any) {
        const why = dropped.rows > 0 ? `, since each of the ${dropped.rows} lacks a value` : '';
        throw noRows(where, layout, why);
      }
      reader.tell();
      if (dropped.rows > 0) {
        const most = [...dropped.columns].sort((a, b) => b[1] - a[1]).slice(0, SHOWN);
        const columns = most.map(([name, count]) => `${name} (${count})`).join(', ');
        const text = `${dropped.rows} of ${seen} rows are left out, since they have no value in ${columns}`;
        onNotice({ kind: 'skipped', text });
      }
    },
  };
}

/** A cell as it stands; `null`, as JSON and Parquet have it, is nothing. */
function keptCell(field = ''): string {
  const text = field.trim();
  return text === 'null' ? '' : text;
}

function grown(values: Float64Array<ArrayBuffer>, least: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(Math.max(least, 2 * values.length));
  larger.set(values);
  return larger;
}

/** What is wrong with a cell, and the error of it. */
function notRead(
  text: string,
  line: number,
  column: string,
  where: string,
  marks: NumberMarks,
  expected: string,
): { readonly what: string; readonly error: IResNetError } {
  const long = text.length > limits.numberCharacters ? `${text.length} characters` : undefined;
  const found = text === '' ? 'nothing' : (long ?? `'${text.length > 40 ? `${text.slice(0, 40)}…` : text}'`);
  const look = text === '' ? '' : lookOf(text, marks);
  const what = `column '${column}': expected ${expected}, found ${found}${look}`;
  const others = marks.grouping === undefined ? otherMarks(text, marks) : [];
  // A word may be a class.
  const word = look === '' && text !== '' && long === undefined && !isNumeric(text);
  const error = new IResNetError('data', where, `line ${line}, ${what}`, {
    line,
    column,
    ...(others.length > 0 && { marks: others }),
    ...(isMissing(text) && { lacks: column }),
    ...(word && { label: column }),
  });
  return { what, error };
}

/** Names in a message at most; the context of the error has all. */
const SHOWN = 12;

/**
 * An error with the columns that hold numbers alone, and, where one column is all that does not,
 * that column as the one of the classes.
 */
function withNumbers(error: IResNetError, numeric: readonly string[], wanted: number): IResNetError {
  const { kind, where, message, context } = error;
  const { label, ...others } = context;
  const names = numeric.slice(0, SHOWN).join(', ');
  const more = numeric.length > SHOWN ? ` and ${numeric.length - SHOWN} more` : '';
  const found =
    numeric.length > 0
      ? `; columns of numbers: ${names}${more}`
      : label !== undefined && wanted > 1
        ? '; none of the columns holds numbers alone'
        : '';
  return new IResNetError(kind, where, `${message.slice(where.length + 2)}${found}`, {
    ...others,
    numeric,
    ...(label !== undefined && numeric.length === wanted - 1 && numeric.length > 0 && { label }),
  });
}

function labelIn(name: string, line: number, column: string, where: string): string {
  if (name !== '' && name.length <= limits.nameCharacters) return name;
  const found = name === '' ? 'nothing' : `${name.length} characters`;
  const what = `line ${line}, column '${column}': expected a label, found ${found}`;
  throw new IResNetError('data', where, what, { line, column });
}
