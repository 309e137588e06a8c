import { csvReader, type CsvRecord } from '../table/csv';
import { isJson, jsonReader } from '../table/jsonRecords';
import type { TableFileOptions } from '../table/tableOptions';
import { textDecoding } from '../table/textDecoding';
import { byteChunks } from './byteChunks';
import { columnarForm, columnarRecords } from '../table/columnar';
import { columnarFile } from './columnarFile';
import { isNpy } from './npyRows';

/** The records of a file in its form. */
export interface FileRecords {
  /** `npy` holds no records: its rows are numbers. */
  readonly form: 'text' | 'json' | 'parquet' | 'arrow' | 'npy';
  /** Runs of records, in order. */
  readonly runs: AsyncIterable<Iterable<CsvRecord>>;
  /** Options for what reads the records: in forms but text the names come first. */
  readonly options: TableFileOptions;
  /** Close the file. Whoever opened it must call it, also after an error. */
  close(): Promise<void>;
}

/**
 * Open a table file of any form. Its first bytes decide which: npy, Parquet, Arrow, or text,
 * compressed by gzip or not, which is JSON where it begins so.
 */
export async function fileRecords(file: string, options: TableFileOptions): Promise<FileRecords> {
  const chunks = byteChunks(file);
  const close = async (): Promise<void> => {
    await chunks.return(undefined);
  };
  try {
    return { ...(await opened(file, options, chunks)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function opened(
  file: string,
  options: TableFileOptions,
  chunks: AsyncGenerator<Uint8Array>,
): Promise<Omit<FileRecords, 'close'>> {
  const { separator: _, grouping, ...rest } = options;
  // Numbers become text with a point; words may have digits in groups.
  const groups = grouping !== undefined && grouping !== '.' && { grouping };
  const named: TableFileOptions = { ...rest, header: true, decimal: '.', ...groups };
  const first = await chunks.next();
  const bytes = first.done ? new Uint8Array(0) : first.value;
  const form = isNpy(bytes) ? 'npy' : columnarForm(bytes);
  if (form !== undefined) {
    await chunks.return(undefined);
    return form === 'npy'
      ? { form, runs: none(), options }
      : { form, runs: columnarRecords(file, form, columnarFile(file)), options: named };
  }
  const { decode, end } = textDecoding(file, options.onNotice);
  const begun = decode(bytes);
  const json = isJson(begun);
  const reader = json ? jsonReader(file, options.onNotice ?? (() => undefined)) : csvReader(file, options);
  async function* runs(): AsyncGenerator<Iterable<CsvRecord>> {
    yield reader.read(begun, false);
    for await (const next of chunks) yield reader.read(decode(next), false);
    yield reader.read(end(), true);
  }
  return { form: json ? 'json' : 'text', runs: runs(), options: json ? named : options };
}

async function* none(): AsyncGenerator<Iterable<CsvRecord>> {}
