import { IResNetError } from '@iresnet/core';
import { limits } from '../limits';
import { chooseColumns, type ChosenColumns } from './columns';
import type { CsvRecord } from './csv';
import { layoutOf, type Layout } from './layout';
import type { TableNotice } from './notice';
import { hasOtherMark, isNumeric, lookOf, numberIn, type DecimalMark } from './numbers';
import type { LabelledTable, Table } from './table';
import type { TableFileOptions } from './tableOptions';

/** Makes one table or several of the records of a file. */
export interface TableReader {
  /** Take the next record. */
  read(record: CsvRecord): void;
  /** Pieces that are complete; whoever takes them removes them. */
  readonly ready: (Table | LabelledTable)[];
  /** No record follows: what is left becomes the last piece. Throws when there has never been a row. */
  end(): void;
  /** What is left becomes the last piece, if there is any: for a reader that stops at a bad row. */
  flush(): void;
}

/** Records that decide the layout. */
const AHEAD = 100;

/**
 * Read rows into float64 without keeping an object for each.
 *
 * @param most - Rows of a piece.
 * @param survey - Whether to go on after a cell that is not a number, to tell which columns could be
 * read: the error then comes at the end.
 */
export function tableReader(
  options: TableFileOptions,
  where: string,
  { most = Infinity, survey = false }: { readonly most?: number; readonly survey?: boolean } = {},
): TableReader {
  const { decimal = '.', onNotice = () => undefined } = options;
  const ready: (Table | LabelledTable)[] = [];
  let waiting: CsvRecord[] = [];
  let layout: Layout | undefined;
  let chosen: ChosenColumns | undefined;
  let rows = 0;
  let any = false;
  let values = new Float64Array(256);
  let labels: string[] = [];
  /** One copy of each class name, since a field keeps the text that it was cut from in memory. */
  const known = new Map<string, string>();
  const skipped = { blank: lineCount(), comment: lineCount() };
  /** Lines of separators alone, which are rows only if something follows. */
  let empty = lineCount();
  let failed: { readonly error: IResNetError; readonly numbers: Set<number> } | undefined;

  const settle = (): void => {
    if (layout !== undefined) return;
    const records = waiting;
    waiting = [];
    layout = layoutOf(records, { ...options, decimal }, where, onNotice);
    chosen = chooseColumns(layout.names, options, where);
    if (options.columns === undefined) tellUnnamed(layout.names, onNotice);
    records.forEach((record, i) => {
      if (i >= layout!.skip) readRecord(record);
      else if (record.comment) skipped.comment.add(record.line);
    });
  };

  const readRecord = ({ line, fields, comment }: CsvRecord): void => {
    const { names, spare } = layout!;
    const width = names.length;
    const trailing = spare === width && fields.length === width + 1 && fields[spare] === '';
    if (comment && (fields.length !== width || width === 1)) return skipped.comment.add(line);
    if (fields[0] === '' && width > 1 && fields.every((field) => field === '')) {
      return fields.length === 1 ? skipped.blank.add(line) : empty.add(line);
    }
    if (empty.count > 0) {
      const { first } = empty;
      empty = lineCount();
      readRow(
        first,
        names.map(() => ''),
      );
    }
    if (fields.length !== width && !trailing) {
      const found = fields.length === 1 && fields[0] === '' ? 'an empty line' : String(fields.length);
      throw new IResNetError('data', where, `line ${line}: expected ${width} fields, found ${found}`);
    }
    readRow(line, fields);
  };

  const readRow = (line: number, fields: readonly string[]): void => {
    const { names } = layout!;
    const { wanted, label } = chosen!;
    if (failed) {
      for (const c of failed.numbers) {
        if (!Number.isFinite(numberIn(fields[c]!.trim(), decimal))) failed.numbers.delete(c);
      }
      return;
    }
    let at = rows * wanted.length;
    if (at + wanted.length > values.length) values = grown(values, at + wanted.length);
    for (const c of wanted) {
      const text = fields[c]!.trim();
      const value = numberIn(text, decimal);
      if (Number.isFinite(value)) {
        values[at++] = value;
        continue;
      }
      const error = notNumber(text, line, names[c]!, where, decimal);
      if (!survey) throw error;
      failed = { error, numbers: new Set(wanted) };
      return readRow(line, fields);
    }
    if (label !== -1) {
      const name = labelIn(fields[label]!.trim(), line, names[label]!, where);
      if (!known.has(name)) known.set(name, name);
      labels.push(known.get(name)!);
    }
    if (++rows >= most) flush();
  };

  const flush = (): void => {
    if (rows === 0) return;
    any = true;
    ready.push(take());
  };

  const take = (): Table | LabelledTable => {
    const { columns, label } = chosen!;
    const table: Table = { columns, rows, values: values.slice(0, rows * columns.length) };
    const taken = labels;
    rows = 0;
    labels = [];
    if (label === -1) return table;
    const labelled: LabelledTable = { ...table, label: options.label!, labels: taken };
    return labelled;
  };

  return {
    ready,
    read(record) {
      if (layout !== undefined) return readRecord(record);
      waiting.push(record);
      if (waiting.length === AHEAD) settle();
    },
    flush,
    end() {
      settle();
      if (failed) {
        const numeric = [...failed.numbers].map((c) => layout!.names[c]!);
        throw withNumbers(failed.error, numeric, chosen!.wanted.length);
      }
      flush();
      if (!any) {
        const below = layout!.header.header ? ' below the header' : '';
        throw new IResNetError('data', where, `expected rows${below}, found none`);
      }
      tellSkipped(skipped.blank, 'blank', onNotice);
      tellSkipped(empty, 'empty', onNotice);
      tellSkipped(skipped.comment, 'comment', onNotice);
    },
  };
}

/** Counts lines, and knows the first. */
function lineCount() {
  return {
    first: 0,
    count: 0,
    add(line: number): void {
      if (this.count++ === 0) this.first = line;
    },
  };
}

function tellSkipped(
  { count, first }: ReturnType<typeof lineCount>,
  kind: string,
  tell: (notice: TableNotice) => void,
) {
  if (count === 0) return;
  const text =
    count === 1
      ? `line ${first} (${kind}) is not a row`
      : `${count} ${kind} lines are not rows, the first being line ${first}`;
  tell({ kind: 'skipped', text });
}

function tellUnnamed(names: readonly string[], tell: (notice: TableNotice) => void): void {
  const unnamed = [...names.keys()].filter((c) => names[c] === '').map((c) => c + 1);
  if (unnamed.length === 0) return;
  const which =
    unnamed.length === 1 ? `column ${unnamed[0]} has` : `columns ${unnamed.slice(0, 5).join(', ')} have`;
  tell({ kind: 'columns', text: `${which} no name and ${unnamed.length === 1 ? 'is' : 'are'} left out` });
}

function grown(values: Float64Array<ArrayBuffer>, least: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(Math.max(least, 2 * values.length));
  larger.set(values);
  return larger;
}

function notNumber(
  text: string,
  line: number,
  column: string,
  where: string,
  decimal: DecimalMark,
): IResNetError {
  const long = text.length > limits.numberCharacters ? `${text.length} characters` : undefined;
  const found = text === '' ? 'nothing' : (long ?? `'${text.length > 40 ? `${text.slice(0, 40)}…` : text}'`);
  const look = text === '' ? '' : lookOf(text, decimal);
  const what = `line ${line}, column '${column}': expected a finite number, found ${found}${look}`;
  const comma = decimal === '.' && hasOtherMark(text, decimal);
  // A word may be a class.
  const word = look === '' && text !== '' && long === undefined && !isNumeric(text);
  return new IResNetError('data', where, what, {
    line,
    column,
    ...(comma && { decimal: ',' }),
    ...(word && { label: column }),
  });
}

/** Names in a message at most; the context of the error has all. */
const SHOWN = 12;

/**
 * An error with the columns that hold numbers alone, and, where one column is all that does not, that
 * column as the one of the classes.
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
