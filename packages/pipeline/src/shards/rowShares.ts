import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { IResNetError } from '@iresnet/core';
import { ioReason } from '@iresnet/core/node';
import { sliceRows, type Table } from '@iresnet/datasets';
import { countLines } from '@iresnet/datasets/node';
import { fileHash, type PartInput } from './part';
import type { Shard } from './shard';

/** Some rows of a file. */
export interface RowShare {
  readonly file: string;
  /** The first row, counted from 0. */
  readonly from: number;
  /** The row after the last one; Infinity for all that follow. */
  readonly to: number;
}

/** The rows of a shard. */
export interface RowShares {
  readonly rows: readonly RowShare[];
  /** All files; those that the shard reads with their hash. */
  readonly inputs: readonly PartInput[];
}

/**
 * The rows of a shard: an equal part of all bytes, in order. Together the shards are all rows, each
 * once.
 *
 * A file that falls to one shard as a whole is read once, for its hash. One that is cut is read
 * twice, for its number of lines too: of a big table in a few hundred files a shard reads its own
 * and the two at its ends.
 *
 * @param files - Tables that can be read more than once.
 * @throws IResNetError of kind `data` for what is not there, is not a file (a pipe can be read only
 * once), is empty, or cannot be read.
 *
 * @example
 * ```ts
 * import { mkdtempSync, writeFileSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { parseShard, rowShares } from '@iresnet/pipeline/node';
 *
 * const file = join(mkdtempSync(join(tmpdir(), 'rows-')), 'rows.csv');
 * writeFileSync(file, 'a\n1\n2\n3\n4\n5\n');
 * console.log((await rowShares([file], parseShard('0/2', {}))).rows); // rows 0 to 2, that is 3 rows
 * console.log((await rowShares([file], parseShard('1/2', {}))).rows); // row 3 and all that follow
 * ```
 */
export async function rowShares(files: readonly string[], { index, count }: Shard): Promise<RowShares> {
  const sizes = await Promise.all(files.map(sizeOf));
  const total = sizes.reduce((sum, bytes) => sum + bytes, 0);
  const begin = scaled(total, index, count);
  const end = scaled(total, index + 1, count);
  const rows: RowShare[] = [];
  const inputs: PartInput[] = [];
  let before = 0;
  for (const [i, file] of files.entries()) {
    const bytes = sizes[i]!;
    const low = Math.max(begin - before, 0);
    const high = Math.min(end - before, bytes);
    before += bytes;
    const input = { name: basename(file), bytes };
    if (low >= high) {
      inputs.push(input);
      continue;
    }
    inputs.push({ ...input, sha256: await fileHash(file) });
    const cut = low > 0 || high < bytes;
    const lines = cut ? await countLines(file) : 0;
    const from = scaled(lines, low, bytes);
    const to = high === bytes ? Infinity : scaled(lines, high, bytes);
    if (from < to) rows.push({ file, from, to });
  }
  return { rows, inputs };
}

/**
 * The rows of a share out of all rows of its file, which come in pieces, each with its number in
 * the file. It stops after the last one.
 *
 * @example
 * ```ts
 * import { rowsOfShare } from '@iresnet/pipeline/node';
 *
 * async function* pieces() {
 *   yield { columns: ['a'], rows: 3, values: Float64Array.of(1, 2, 3) };
 *   yield { columns: ['a'], rows: 2, values: Float64Array.of(4, 5) };
 * }
 * for await (const { values, numbers } of rowsOfShare(pieces(), { from: 2, to: 4 }))
 *   console.log(values, numbers); // 3 as row 3, then 4 as row 4
 * ```
 */
export async function* rowsOfShare(
  pieces: AsyncIterable<Table>,
  { from, to }: Omit<RowShare, 'file'>,
): AsyncGenerator<Table> {
  let before = 0;
  for await (const piece of pieces) {
    const [low, high] = [Math.max(from - before, 0), Math.min(to - before, piece.rows)];
    // From the first row on its position is its number.
    const numbered = from === 0 || piece.numbers ? piece : { ...piece, numbers: counted(before, piece.rows) };
    if (low < high) yield sliceRows(numbered, low, high);
    before += piece.rows;
    if (before >= to) return;
  }
}

/** The numbers of rows that come behind others. */
function counted(before: number, rows: number): Uint32Array {
  return Uint32Array.from({ length: rows }, (_, i) => before + i + 1);
}

async function sizeOf(file: string): Promise<number> {
  const status = await stat(file).catch((cause: unknown) => {
    throw new IResNetError('data', file, `expected a table, got: ${ioReason(cause)}`, {}, { cause });
  });
  if (!status.isFile()) throw new IResNetError('data', file, 'expected a file, which can be read twice');
  if (status.size === 0) throw new IResNetError('data', file, 'expected rows, got an empty file');
  return status.size;
}

/** ⌊whole · part / of⌋, exact. */
function scaled(whole: number, part: number, of: number): number {
  return Number((BigInt(whole) * BigInt(part)) / BigInt(of));
}
