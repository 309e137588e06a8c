import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { IResNetError } from '@iresnet/core';
import { csvLine } from '../records/csvCell';
import { csvRecord, fieldNames, jsonLine, type Field, type Value } from '../records/field';
import type { WrittenForm } from '../records/writtenForm';

/** Records of the same fields, some at a time. */
export type Records = AsyncIterable<Iterable<readonly Field[]>> | Iterable<Iterable<readonly Field[]>>;

/** Lines that are joined. */
const LINES = 8192;
/** Records of a row group of Parquet. */
const GROUP = 65_536;

/**
 * The bytes of a file of records, in pieces: CSV below the names of the fields, JSON lines, or
 * Parquet; text compressed by gzip where the form says so. Memory does not grow with the records:
 * Parquet holds 65,536.
 *
 * In Parquet numbers are doubles, and what a column first holds decides its type.
 *
 * @param records - Records of the same fields in the same order.
 * @param form - As `writtenForm` finds it; `npy` holds no records.
 * @returns Text, or bytes. Of text the header comes first, alone; an empty text where there is
 * none.
 * @throws IResNetError (argument) for `npy`; and what `records` throws.
 *
 * @example
 * ```ts
 * import { mkdtempSync } from 'node:fs';
 * import { writeFile } from 'node:fs/promises';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { writtenForm } from '@iresnet/datasets';
 * import { encodeRecords, readTableFile } from '@iresnet/datasets/node';
 *
 * const file = join(mkdtempSync(join(tmpdir(), 'iresnet-')), 'scores.parquet');
 * const records = [[[['row', 1], ['logLikelihood', -2.5]], [['row', 2], ['logLikelihood', -3]]]] as const;
 * await writeFile(file, encodeRecords(records, writtenForm(file)));
 * console.log((await readTableFile(file)).columns); // [ 'row', 'log_likelihood' ]
 * ```
 */
export function encodeRecords(
  records: Records,
  { form, gzip }: WrittenForm,
): AsyncGenerator<string | Uint8Array, void, undefined> {
  if (form === 'npy')
    throw new IResNetError('argument', 'datasets.encodeRecords', 'expected csv, jsonl or parquet, got npy');
  if (form === 'parquet') return parquet(records);
  const text = textOf(records, form);
  return gzip ? gzipped(text) : text;
}

async function* textOf(records: Records, form: 'csv' | 'jsonl'): AsyncGenerator<string> {
  const line = form === 'csv' ? csvRecord : jsonLine;
  let begun = false;
  let piece: string[] = [];
  for await (const some of records) {
    for (const record of some) {
      if (!begun) yield form === 'csv' ? csvLine(fieldNames(record)) : '';
      begun = true;
      piece.push(line(record));
      if (piece.length < LINES) continue;
      yield piece.join('');
      piece = [];
    }
    // What has come is written before the next records are waited for.
    if (piece.length > 0) yield piece.join('');
    piece = [];
  }
}

async function* gzipped(text: AsyncGenerator<string>): AsyncGenerator<Uint8Array> {
  const gzip = createGzip();
  // A failure of the text ends `gzip` with the same error.
  pipeline(Readable.from(text), gzip, () => undefined);
  yield* gzip as AsyncIterable<Uint8Array>;
}

/** hyparquet-writer (0.3 MB) is loaded when such a file is written. */
async function* parquet(records: Records): AsyncGenerator<Uint8Array> {
  const { ByteWriter, ParquetWriter } = await import('hyparquet-writer');
  const writer = new ByteWriter();
  let file: InstanceType<typeof ParquetWriter> | undefined;
  let names: readonly string[] = [];
  let readers: readonly ((value: Value) => unknown)[] = [];
  const taken = (): Uint8Array => {
    const bytes = new Uint8Array(writer.getBuffer());
    writer.index = 0;
    return bytes;
  };
  const write = async (group: readonly (readonly Field[])[]): Promise<Uint8Array> => {
    if (!file) {
      names = fieldNames(group[0]!);
      const types = names.map((_, j) => typeOf(group, j));
      readers = types.map(({ read }) => read);
      const columns = types.map(({ element }, j) => ({ name: names[j]!, ...element, repetition_type: 'OPTIONAL' as const })); // prettier-ignore
      file = new ParquetWriter({
        writer,
        schema: [{ name: 'root', num_children: names.length }, ...columns],
      });
    }
    const columnData = names.map((name, j) => ({
      name,
      data: group.map((record) => readers[j]!(record[j]![1])),
    }));
    await file.write({ columnData, rowGroupSize: GROUP });
    return taken();
  };
  let group: (readonly Field[])[] = [];
  for await (const some of records)
    for (const record of some) {
      group.push(record);
      if (group.length < GROUP) continue;
      yield await write(group);
      group = [];
    }
  if (group.length > 0) yield await write(group);
  await file?.finish();
  yield taken();
}

/** The type of a column of Parquet, by its first value that is one; text where there is none. */
function typeOf(group: readonly (readonly Field[])[], j: number) {
  const first = group.find((record) => (record[j]![1] ?? null) !== null)?.[j]![1];
  switch (typeof first) {
    case 'number':
      return {
        element: { type: 'DOUBLE' as const },
        read: (value: Value) => ((value ?? null) === null ? null : Number(value)),
      };
    case 'boolean':
      return { element: { type: 'BOOLEAN' as const }, read: (value: Value) => value ?? null };
    default:
      return {
        element: { type: 'BYTE_ARRAY' as const, converted_type: 'UTF8' as const },
        read: (value: Value) => ((value ?? null) === null ? null : String(value)),
      };
  }
}
