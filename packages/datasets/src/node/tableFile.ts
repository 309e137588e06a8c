import { IResNetError } from '@iresnet/core';
import { checkOptions, ensure } from '@iresnet/core/internal';
import { limits } from '../limits';
import { tableSurvey, type Survey, type SurveyedTable } from '../table/survey';
import { joinRows, type LabelledTable, type Table } from '../table/table';
import { checkTableOptions, tableOptions, type TableFileOptions } from '../table/tableOptions';
import { tableReader } from '../table/tableReader';
import { npyRows } from './npyRows';
import { fileRecords } from './records';

export type { TableFileOptions };

/** Rows that are read at a time. */
const PIECE = 65_536;

/** How to read a table piece by piece. */
export interface StreamRowsOptions extends TableFileOptions {
  /** Rows of a piece, at least 1; 65,536 by default. */
  readonly rows?: number;
}

/**
 * Read a table from a file: text in the dialect of `parseTable`, JSON with an object a line or as a
 * document of rows, both compressed by gzip or not; Parquet, Arrow, or a two-dimensional `.npy`.
 * The first bytes decide which.
 *
 * The file is read as a stream, but for Arrow and a JSON document. Memory holds the values twice at
 * most, once in pieces, but never the text or an object for each row. The values of an npy file of
 * float32 stay float32, all others become float64. The columns of an npy file are `x1`, `x2`, ….
 *
 * @param file - Path of the file; a pipe will do for text. Of several files, which have the columns
 * of the first, the rows follow each other, and their numbers count on.
 * @returns A table that the caller owns; with `label` it has the class name of each row, see
 * `encodeLabels`.
 * @throws IResNetError (data) naming the file: as `parseTable`, with the line and column; an npy
 * file that is not two-dimensional, or with a value that is not finite; a gzip file that is damaged
 * or cut off; text that is not UTF-8; an unfinished record of more than a million characters, or
 * more than 2²⁷ values, also from a small compressed file; a failure of the file system.
 *
 * @example
 * ```ts
 * import { mkdtempSync, writeFileSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { gzipSync } from 'node:zlib';
 * import { readTableFile } from '@iresnet/datasets/node';
 *
 * const file = join(mkdtempSync(join(tmpdir(), 'iresnet-')), 'shapes.csv.gz');
 * writeFileSync(file, gzipSync('length,width,kind\n1.5,2,round\n3,4,long\n'));
 * const table = await readTableFile(file, { label: 'kind' });
 * console.log(table.rows, table.columns, table.labels); // 2 [ 'length', 'width' ] [ 'round', 'long' ]
 * ```
 */
export async function readTableFile(
  file: string | readonly string[],
  options: TableFileOptions & { readonly label: string },
): Promise<LabelledTable>;
export async function readTableFile(
  file: string | readonly string[],
  options?: TableFileOptions,
): Promise<Table>;
export async function readTableFile(
  file: string | readonly string[],
  options: TableFileOptions = {},
): Promise<Table> {
  checkOptions('datasets.readTableFile', options, tableOptions);
  checkTableOptions('datasets.readTableFile', options);
  const pieces: (Table & Partial<LabelledTable>)[] = [];
  let size = 0;
  let before = 0;
  for (const one of typeof file === 'string' ? [file] : file) {
    const read = pieces[0] ? { ...options, columns: pieces[0].columns } : options;
    let last = before;
    for await (const piece of piecesOf(one, read, { most: PIECE, survey: true })) {
      const { numbers } = piece;
      last = numbers ? before + numbers.at(-1)! : last + piece.rows;
      pieces.push(numbers ? { ...piece, numbers: numbers.map((n) => before + n) } : piece);
      size += piece.values.length;
      if (size > limits.tableValues) {
        throw new IResNetError('data', one, `expected at most ${limits.tableValues} values, got more`);
      }
    }
    before = last;
  }
  return joinRows(pieces);
}

/**
 * The rows of a table file piece by piece, in memory that does not grow with the file:
 * {@link readTableFile} without the table.
 *
 * Every piece but the last has `rows` rows. The file is opened at the first piece and closed at the
 * end, or when the consumer stops.
 *
 * @returns An async iterator of tables that the caller owns.
 * @throws IResNetError as {@link readTableFile}, where the bad row would have come.
 *
 * @example
 * ```ts
 * import { mkdtempSync, writeFileSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { streamRows } from '@iresnet/datasets/node';
 *
 * const file = join(mkdtempSync(join(tmpdir(), 'iresnet-')), 'rows.csv');
 * writeFileSync(file, 'a,b\n1,2\n3,4\n5,6\n');
 * for await (const { rows, values } of streamRows(file, { rows: 2 })) console.log(rows, values);
 * // 2 Float64Array(4) [ 1, 2, 3, 4 ]
 * // 1 Float64Array(2) [ 5, 6 ]
 * ```
 */
export function streamRows(
  file: string,
  options: StreamRowsOptions & { readonly label: string },
): AsyncGenerator<LabelledTable, void, undefined>;
export function streamRows(file: string, options?: StreamRowsOptions): AsyncGenerator<Table, void, undefined>;
export function streamRows(
  file: string,
  options: StreamRowsOptions = {},
): AsyncGenerator<Table, void, undefined> {
  checkOptions('datasets.streamRows', options, { ...tableOptions, rows: true });
  checkTableOptions('datasets.streamRows', options);
  const { rows = PIECE } = options;
  ensure(
    Number.isSafeInteger(rows) && rows >= 1,
    'datasets.streamRows',
    () => `expected an integer rows ≥ 1, got ${rows}`,
  );
  return piecesOf(file, options, { most: rows, survey: false });
}

/**
 * Find what each column of a table file holds, from all of its rows, in constant memory.
 *
 * Numbers are `integer` where each is written without a decimal mark, else `real`. Dates with the
 * year first are `date` or `time`. Words that repeat are a `category`. Whatever no model can use is
 * left out with the reason. The result is a guess that a person may change: {@link readTableFile}
 * takes it as `columns` and `kinds`, see `readColumns`.
 *
 * @param options - As of {@link readTableFile}; with `columns` only those are looked at.
 * @returns The schema, and how many cells and rows lack a value.
 * @throws IResNetError (data) as {@link readTableFile}, but for cells.
 *
 * @example
 * ```ts
 * import { mkdtempSync, writeFileSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { surveyTableFile } from '@iresnet/datasets/node';
 *
 * const file = join(mkdtempSync(join(tmpdir(), 'iresnet-')), 'days.csv');
 * writeFileSync(file, 'day,sky,rain\n' + '2026-11-28,sun,0\n2026-11-29,rain,7\n'.repeat(5));
 * const { schema } = await surveyTableFile(file);
 * console.log(schema.map(({ column, kind }) => `${column}: ${kind}`)); // [ 'day: date', 'sky: category', 'rain: integer' ]
 * ```
 */
export async function surveyTableFile(
  file: string | readonly string[],
  options: TableFileOptions = {},
): Promise<SurveyedTable> {
  checkOptions('datasets.surveyTableFile', options, tableOptions);
  checkTableOptions('datasets.surveyTableFile', options);
  const files = typeof file === 'string' ? [file] : file;
  ensure(files.length > 0, 'datasets.surveyTableFile', () => 'expected one file or more, got none');
  let survey: Survey | undefined;
  for (const one of files) {
    const { form, runs, options: read, close } = await fileRecords(one, options);
    try {
      if (form === 'npy') return await surveyOfNpy(files, options);
      if (survey) survey.next(read, one);
      else survey = tableSurvey(read, one);
      for await (const run of runs) for (const record of run) survey.read(record);
    } finally {
      await close();
    }
  }
  return survey!.end();
}

/** The values of npy files are numbers. */
async function surveyOfNpy(files: readonly string[], options: TableFileOptions): Promise<SurveyedTable> {
  let rows = 0;
  let columns: readonly string[] = [];
  for (const file of files)
    for await (const piece of npyRows(file, PIECE, options)) {
      rows += piece.rows;
      ({ columns } = piece);
    }
  return { schema: columns.map((column) => ({ column, kind: 'real' })), rows, missing: [], incomplete: 0 };
}

async function* piecesOf(
  file: string,
  options: TableFileOptions,
  { most, survey }: { readonly most: number; readonly survey: boolean },
): AsyncGenerator<Table, void, undefined> {
  const { form, runs, options: read, close } = await fileRecords(file, options);
  try {
    if (form === 'npy') return yield* npyRows(file, most, options);
    const reader = tableReader(read, file, { most, survey });
    try {
      for await (const run of runs) {
        for (const record of run) {
          reader.read(record);
          if (reader.ready.length > 0) yield* reader.ready.splice(0);
        }
      }
      reader.end();
    } catch (error) {
      // The rows before a bad one are rows all the same.
      reader.flush();
      yield* reader.ready.splice(0);
      throw error;
    }
    yield* reader.ready.splice(0);
  } finally {
    await close();
  }
}
