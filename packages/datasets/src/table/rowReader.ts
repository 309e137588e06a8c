import { IResNetError } from '@iresnet/core';
import { chooseColumns, type ChosenColumns } from './columns';
import type { CsvRecord } from './csv';
import { layoutOf, type Layout } from './layout';
import type { TableNotice } from './notice';
import { numberMarks } from './numbers';
import type { TableFileOptions } from './tableOptions';

/** Finds the rows among the records of a file. */
export interface RowReader {
  /** Take the next record. */
  read(record: CsvRecord): void;
  /** No record follows. */
  end(): void;
  /** Tell which lines were not rows. */
  tell(): void;
}

/** Where the rows go. */
export interface RowTaker {
  /** Called once, before the first row. */
  begin(layout: Layout, chosen: ChosenColumns): void;
  /** A row, as wide as the layout. */
  row(line: number, fields: readonly string[]): void;
  /** A row of another width. Absent: it is an error. */
  misfit?(line: number, fields: readonly string[], what: string): void;
}

/** Records that decide the layout. */
const AHEAD = 100;

/** Read rows: not comments, not blank lines, not the header and not its units. */
export function rowReader(options: TableFileOptions, where: string, taker: RowTaker): RowReader {
  const { onNotice = () => undefined } = options;
  let waiting: CsvRecord[] = [];
  let layout: Layout | undefined;
  const skipped = { blank: lineCount(), comment: lineCount() };
  /** Lines of separators alone, which are rows only if something follows. */
  let empty = lineCount();

  const settle = (): void => {
    if (layout !== undefined) return;
    const records = waiting;
    waiting = [];
    layout = layoutOf(records, { ...options, marks: numberMarks(options) }, where, onNotice);
    const chosen = chooseColumns(layout.names, options, where);
    if (options.columns === undefined) tellUnnamed(layout.names, onNotice);
    taker.begin(layout, chosen);
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
      taker.row(
        first,
        names.map(() => ''),
      );
    }
    if (fields.length !== width && !trailing) {
      const found = fields.length === 1 && fields[0] === '' ? 'an empty line' : String(fields.length);
      const what = `expected ${width} fields, found ${found}`;
      if (taker.misfit) return taker.misfit(line, fields, what);
      throw new IResNetError('data', where, `line ${line}: ${what}`);
    }
    taker.row(line, fields);
  };

  return {
    read(record) {
      if (layout !== undefined) return readRecord(record);
      waiting.push(record);
      if (waiting.length === AHEAD) settle();
    },
    end: settle,
    tell() {
      tellSkipped(skipped.blank, 'blank', onNotice);
      tellSkipped(empty, 'empty', onNotice);
      tellSkipped(skipped.comment, 'comment', onNotice);
    },
  };
}

/** The error of a table that has no rows. */
export function noRows(where: string, { header: { header } }: Layout, why = ''): IResNetError {
  return new IResNetError(
    'data',
    where,
    `expected rows${header ? ' below the header' : ''}, found none${why}`,
  );
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
