import type { AsyncBuffer } from 'hyparquet';
import { IResNetError } from '@iresnet/core';
import { limits } from '../limits';
import type { CsvRecord } from './csv';
import { cellText } from './jsonRecords';

/** Rows of a Parquet file that are read at once, at most. */
const ROWS = 2 ** 17;

/** A form of files with columns. */
export type ColumnarForm = 'parquet' | 'arrow';

/** Where the bytes of a file come from: Parquet is read in pieces, Arrow as a whole. */
export interface ColumnarBytes {
  readonly parquet: () => Promise<AsyncBuffer>;
  readonly arrow: () => Promise<Uint8Array>;
}

/** The form of a file with columns, by its first bytes. */
export function columnarForm(bytes: Uint8Array): ColumnarForm | undefined {
  const begins = (text: string) => Array.from(text).every((char, i) => bytes[i] === char.charCodeAt(0));
  if (begins('PAR1')) return 'parquet';
  // A stream of Arrow begins with the mark of a message.
  const stream = bytes.length > 8 && bytes.subarray(0, 4).every((byte) => byte === 0xff);
  return begins('ARROW1') || stream ? 'arrow' : undefined;
}

/**
 * The records of a Parquet or Arrow file in runs, the names first. The readers, hyparquet (0.7 MB
 * with its decompressors) and flechette (1.6 MB), are loaded when such a file comes.
 */
export async function* columnarRecords(
  file: string,
  form: ColumnarForm,
  bytes: ColumnarBytes,
): AsyncGenerator<Iterable<CsvRecord>> {
  try {
    yield* form === 'parquet' ? parquetRecords(await bytes.parquet()) : arrowRecords(await bytes.arrow());
  } catch (error) {
    if (error instanceof IResNetError) throw error;
    const name = form === 'parquet' ? 'a Parquet' : 'an Arrow';
    const what = `expected ${name} file that can be read, got ${(error as Error).message}; save the table as CSV`;
    throw new IResNetError('data', file, what, {}, { cause: error });
  }
}

async function* parquetRecords(buffer: AsyncBuffer): AsyncGenerator<Iterable<CsvRecord>> {
  const { parquetMetadataAsync, parquetReadObjects } = await import('hyparquet');
  const { compressors } = await import('hyparquet-compressors');
  const metadata = await parquetMetadataAsync(buffer);
  const [root, ...elements] = metadata.schema;
  // The columns are the children of the root; what lies below them is a part of their values.
  const fields: (typeof elements)[number][] = [];
  for (let i = 0; fields.length < (root?.num_children ?? 0); i++) {
    fields.push(elements[i]!);
    i += below(elements, i);
  }
  const names = fields.map(({ name }) => name);
  const writers = fields.map(({ type, logical_type: logical, converted_type: converted }) =>
    writerOf({
      real: type === 'DOUBLE' || type === 'FLOAT' || logical?.type === 'DECIMAL' || converted === 'DECIMAL',
      day: logical?.type === 'DATE' || converted === 'DATE',
    }),
  );
  yield [{ line: 0, fields: names }];
  let group = 0;
  for (const { num_rows: count } of metadata.row_groups) {
    const end = group + Number(count);
    for (let from = group; from < end; from += ROWS) {
      const to = Math.min(end, from + ROWS);
      const rows = await parquetReadObjects({
        file: buffer,
        metadata,
        compressors,
        rowStart: from,
        rowEnd: to,
      });
      yield recordsOf(rows.length, from, names.length, (i, j) => writers[j]!(rows[i]![names[j]!]));
    }
    group = end;
  }
}

/** How many elements of a Parquet schema lie below one. */
function below(elements: readonly { readonly num_children?: number }[], at: number): number {
  let count = 0;
  for (let child = 0; child < (elements[at]?.num_children ?? 0); child++) {
    count++;
    count += below(elements, at + count);
  }
  return count;
}

/** Types of Arrow by their numbers. */
const [FLOAT, DECIMAL, DAY] = [3, 7, 8];

async function* arrowRecords(bytes: Uint8Array): AsyncGenerator<Iterable<CsvRecord>> {
  const { tableFromIPC } = await import('@uwdata/flechette');
  const table = tableFromIPC(bytes, { useDate: true, useBigInt: true });
  const { fields } = table.schema;
  const writers = fields.map(({ type: { typeId } }) =>
    writerOf({ real: typeId === FLOAT || typeId === DECIMAL, day: typeId === DAY }),
  );
  const columns = fields.map((_, j) => table.getChildAt(j));
  yield [{ line: 0, fields: fields.map(({ name }) => name) }];
  yield recordsOf(table.numRows, 0, fields.length, (i, j) => writers[j]!(columns[j]!.at(i)));
}

function* recordsOf(
  count: number,
  before: number,
  width: number,
  cell: (i: number, j: number) => string,
): Generator<CsvRecord> {
  for (let i = 0; i < count; i++)
    yield { line: before + i + 1, fields: Array.from({ length: width }, (_, j) => cell(i, j)) };
}

/** How values of a column become cells: a number of a real column keeps its decimal mark. */
function writerOf({
  real,
  day,
}: {
  readonly real: boolean;
  readonly day: boolean;
}): (value: unknown) => string {
  if (real) return (value) => (Number.isInteger(value) ? `${value as number}.0` : cellText(value));
  if (day) return (value) => cellText(value).slice(0, '2026-11-29'.length);
  return (value) => cellText(value).slice(0, limits.recordCharacters);
}
