import type { FileHandle } from 'node:fs/promises';
import { IResNetError } from '@iresnet/core';
import { NPY_MAGIC, NPY_PREFIX_BYTES, npyLayout, type NpyLayout } from '../files/npyLayout';
import type { NumberArray } from '../files/values';
import { limits } from '../limits';
import { chooseColumns, numberedNames } from '../table/columns';
import type { TableFileOptions } from '../table/tableOptions';
import type { KeptCells, LabelledTable, Table } from '../table/table';
import { attempt } from './failure';
import { openData } from './openData';

/** Whether bytes begin as an npy file does. */
export function isNpy(bytes: Uint8Array): boolean {
  return NPY_MAGIC.every((byte, i) => bytes[i] === byte);
}

/**
 * The rows of a two-dimensional npy file in pieces, in constant memory. Its columns are `x1`, `x2`,
 * ….
 */
export async function* npyRows(
  file: string,
  most: number,
  options: TableFileOptions,
): AsyncGenerator<Table | LabelledTable> {
  const { handle, size = 0 } = await openData(file);
  try {
    const prefix = await bytesAt(handle, 0, Math.min(size, NPY_PREFIX_BYTES), file);
    if (!isNpy(prefix)) {
      throw new IResNetError(
        'data',
        file,
        'expected an npy file as it is, got one that is compressed by gzip',
      );
    }
    const layout = npyLayout(prefix, size, file);
    const { shape } = layout;
    const [rows = 0, width = 0] = shape;
    if (shape.length !== 2 || rows === 0 || width === 0) {
      const what = `expected rows and columns, got an array of shape [${shape.join(', ')}]`;
      throw new IResNetError('data', file, what);
    }
    if (width > limits.recordCharacters) {
      const what = `expected at most ${limits.recordCharacters} columns in the file, got ${width}`;
      throw new IResNetError('data', file, what);
    }
    const chosen = chooseColumns(numberedNames(width), options, file);
    for (let from = 0; from < rows; from += most) {
      const count = Math.min(most, rows - from);
      const piece = await block(handle, layout, from, count, file);
      yield table(piece, from, count, width, chosen, file, options);
    }
  } finally {
    await handle.close();
  }
}

/** Some rows, in C order. */
async function block(
  handle: FileHandle,
  { shape, values, dataStart, bigEndian, fortranOrder }: NpyLayout,
  from: number,
  count: number,
  file: string,
): Promise<NumberArray> {
  const [rows, width] = shape as [number, number];
  const size = values.bytes;
  const read = async (at: number, length: number): Promise<NumberArray> =>
    values.read(
      await bytesAt(handle, dataStart + at * size, length * size, file),
      bigEndian,
      dataStart + at * size,
      file,
    );
  if (!fortranOrder) return read(from * width, count * width);
  const piece = new Float64Array(count * width);
  for (let c = 0; c < width; c++) {
    const column = await read(c * rows + from, count);
    column.forEach((value, r) => (piece[r * width + c] = value));
  }
  return piece;
}

function table(
  piece: NumberArray,
  from: number,
  rows: number,
  width: number,
  { columns, wanted, label }: ReturnType<typeof chooseColumns>,
  file: string,
  { kinds, missing, keep }: TableFileOptions,
): Table | LabelledTable {
  const size = rows * columns.length;
  const values = piece instanceof Float32Array ? new Float32Array(size) : new Float64Array(size);
  for (let r = 0, at = 0; r < rows; r++) {
    for (const c of wanted) {
      const value = piece[r * width + c]!;
      const kept = missing === 'keep' || (missing === 'marginal' && Number.isNaN(value));
      if (!Number.isFinite(value) && !kept) {
        const what = `row ${from + r + 1}, column 'x${c + 1}': expected a finite number, found ${value}`;
        throw new IResNetError('data', file, what, { row: from + r + 1, column: `x${c + 1}` });
      }
      values[at++] = value;
    }
  }
  const plain: Table = {
    columns,
    rows,
    values,
    ...(kinds && { kinds }),
    ...(keep !== undefined && { kept: keptOf(piece, rows, width, keep) }),
  };
  if (label === -1) return plain;
  const labels = Array.from({ length: rows }, (_, r) => String(piece[r * width + label]));
  const labelled: LabelledTable = { ...plain, label: `x${label + 1}`, labels };
  return labelled;
}

/** The numbers of some columns as text. */
function keptOf(
  piece: NumberArray,
  rows: number,
  width: number,
  keep: NonNullable<TableFileOptions['keep']>,
): KeptCells {
  const names = numberedNames(width);
  const at = [...names.keys()].filter((c) => keep === 'all' || keep.includes(names[c]!));
  const cells = Array.from({ length: rows }, (_, r) => at.map((c) => String(piece[r * width + c]!)));
  return { columns: at.map((c) => names[c]!), cells };
}

async function bytesAt(handle: FileHandle, position: number, length: number, file: string): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  for (let at = 0; at < length;) {
    const { bytesRead } = await attempt('read', file, () =>
      handle.read(buffer, at, length - at, position + at),
    );
    if (bytesRead === 0) {
      throw new IResNetError('data', file, `byte ${position + at}: expected ${length - at} more, got none`);
    }
    at += bytesRead;
  }
  return buffer;
}
