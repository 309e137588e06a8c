import { streamRows } from '@iresnet/datasets/node';
import { openModel, type SavedModel } from '../model';
import { tableRows, type Rows } from '../rows';
import { openRun } from '../run';
import { checkReadable, readTable } from '../source';

/** Rows that a command works on, with their model. */
export interface GivenRows extends SavedModel {
  readonly rows: Rows;
  /** What each row goes by: its position in its file, from 1. */
  readonly numbers: Uint32Array;
}

/** Open a model of a table with the rows of a file, or else with those that its run held out. */
export async function openRows(path: string, file: string | undefined): Promise<GivenRows> {
  if (file === undefined) return heldOutRows(path);
  const saved = await openModel(path);
  const rows = tableRows(await readTable({ kind: 'file', file, columns: [...saved.columns] }));
  return { ...saved, rows, numbers: counted(rows.count, 1) };
}

/** Rows as they come, with what each goes by. */
export interface Piece {
  readonly rows: Rows;
  readonly numbers: Uint32Array;
  /** How many came before. */
  readonly first: number;
}

/** The same, but the rows of a file piece by piece, so that memory does not grow with it. */
export async function openPieces(
  path: string,
  file: string | undefined,
): Promise<SavedModel & { readonly pieces: AsyncIterable<Piece> }> {
  if (file === undefined) {
    const { rows, numbers, ...saved } = await heldOutRows(path);
    return { ...saved, pieces: inPieces(rows, numbers) };
  }
  const saved = await openModel(path);
  checkReadable(file);
  return { ...saved, pieces: filePieces(file, saved.columns) };
}

/** Rows of a piece: a multiple of those that are on the device at a time. */
const PIECE = 65_536;

async function* filePieces(file: string, columns: readonly string[]): AsyncGenerator<Piece> {
  let first = 0;
  for await (const table of streamRows(file, { columns, rows: PIECE })) {
    yield { rows: tableRows(table), numbers: counted(table.rows, first + 1), first };
    first += table.rows;
  }
}

async function* inPieces({ count, width, values }: Rows, numbers: Uint32Array): AsyncGenerator<Piece> {
  for (let first = 0; first < count; first += PIECE) {
    const end = Math.min(count, first + PIECE);
    const rows = { count: end - first, width, values: values.subarray(first * width, end * width) };
    yield { rows, numbers: numbers.subarray(first, end), first };
  }
}

async function heldOutRows(path: string): Promise<GivenRows> {
  const { model, source } = await openRun(path);
  const { columns, heldOut: rows } = source;
  return { ...model, columns, rows, numbers: source.lineNumbers?.heldOut ?? counted(rows.count, 1) };
}

function counted(n: number, first: number): Uint32Array {
  return Uint32Array.from({ length: n }, (_, i) => first + i);
}
