import type { Table } from '@iresnet/datasets';
import { streamRows } from '@iresnet/datasets/node';
import type { TableInput, TableSource } from '@iresnet/pipeline';
import type { Opened } from '../run/dispatch';
import { openRun } from '../run/openRun';
import { checkReadable, readTable } from '../run/source';
import type { Output } from '../terminal/output';

/** Rows that a command works on. */
export interface GivenRows {
  readonly table: Table;
  /** What each row goes by: its position in its file, from 1. */
  readonly numbers: Uint32Array;
}

/** Open the rows of a file, or else those that the run held out. */
export async function openRows(
  { path, pipeline }: Opened,
  file: string | undefined,
  output: Output,
): Promise<GivenRows> {
  if (file !== undefined) {
    const { columns } = pipeline.input as TableInput;
    const table = await readTable({ file, columns });
    return { table, numbers: counted(table.rows, 1) };
  }
  const { source } = await openRun<TableSource>(path, pipeline, output);
  const { data, numbers, count } = source.heldOut;
  return { table: data, numbers: numbers ?? counted(count, 1) };
}

/** Rows in the order of their file, piece by piece, so that memory does not grow with it. */
export interface StreamedRows {
  readonly pieces: AsyncIterable<Table>;
  /** What row i goes by, counted from 0. */
  numberOf(i: number): number;
}

/** The same rows as {@link openRows}, as they are read. */
export async function streamedRows(
  opened: Opened,
  file: string | undefined,
  output: Output,
): Promise<StreamedRows> {
  if (file === undefined) {
    const { table, numbers } = await openRows(opened, file, output);
    return { pieces: only(table), numberOf: (i) => numbers[i]! };
  }
  checkReadable(file);
  const { columns } = opened.pipeline.input as TableInput;
  return { pieces: streamRows(file, { columns, rows: PIECE }), numberOf: (i) => i + 1 };
}

/** Rows that are read at a time. */
const PIECE = 65_536;

async function* only(table: Table): AsyncGenerator<Table> {
  yield table;
}

function counted(n: number, first: number): Uint32Array {
  return Uint32Array.from({ length: n }, (_, i) => first + i);
}
