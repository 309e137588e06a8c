import { basename } from 'node:path';
import type { MissingRule, Table } from '@iresnet/datasets';
import { allColumns, type Pipeline, type TableInput, type TableSource } from '@iresnet/pipeline';
import { rowShares, rowsOfShare, type PartInput, type Shard } from '@iresnet/pipeline/node';
import type { Opened } from '../run/dispatch';
import { runData } from '../run/data';
import { filesOf, readTable, streamTable, type TableFile } from '../run/tableFile';
import { tableFile, type GivenData } from '../requests/data';
import { tableForm } from '../requests/tableForm';
import type { Output } from '../terminal/output';

/** Rows that a command works on. */
export interface GivenRows {
  readonly table: Table;
  /** What each row goes by: its position in its file, from 1. */
  readonly numbers: Uint32Array;
}

/** How the rows of a model are read: one that cannot be read keeps its place. */
export function readBy({ input }: Pipeline): Pick<TableFile, 'columns' | 'kinds' | 'missing'> {
  return { ...allColumns(input as TableInput), missing: 'keep' };
}

/** The rule for empty cells where rows are not kept: a masked model takes them. */
export function unkept<R extends MissingRule>({ model }: Pipeline, rule: R): R | 'marginal' {
  return model.kind === 'dense' && model.config.flow.masked ? 'marginal' : rule;
}

/** Open the rows of a file, or else those that the run held out. */
export async function openRows(
  { path, pipeline }: Opened,
  given: GivenData,
  where: string,
  output: Output,
): Promise<GivenRows> {
  const file = tableFile(given, where);
  if (file !== undefined) {
    const { more } = given;
    const table = await readTable({ file, more, ...readBy(pipeline), ...tableForm(given) }, output);
    return { table, numbers: counted(table.rows, 1) };
  }
  const { source } = await runData<TableSource>(path, pipeline, output);
  const { data, numbers, count } = source.heldOut;
  return { table: data, numbers: numbers ?? counted(count, 1) };
}

/**
 * Rows of which a command reads one after the other, piece by piece, so that memory does not grow
 * with them.
 */
export interface ManyRows {
  /** The rows of each file, whose name is null where there is only one. */
  readonly all: readonly { readonly file: string | null; readonly pieces: AsyncIterable<Table> }[];
  /** The files of a shard; none without one. */
  readonly inputs: readonly PartInput[];
}

/**
 * The same rows as {@link openRows}, as they are read; also those of several files, or only a shard
 * of them.
 */
export async function streamedRows(
  opened: Opened,
  given: GivenData & { readonly shard?: Shard },
  as: Pick<TableFile, 'keep' | 'missing'>,
  where: string,
  output: Output,
): Promise<ManyRows> {
  const path = tableFile(given, where);
  if (path === undefined) {
    const { table, numbers } = await openRows(opened, given, where, output);
    return { all: [{ file: null, pieces: only({ ...table, numbers }) }], inputs: [] };
  }
  const files = await filesOf({ file: path, more: given.more });
  const { rows, inputs } = given.shard
    ? await rowShares(files, given.shard)
    : { rows: files.map((file) => ({ file, from: 0, to: Infinity })), inputs: [] };
  const all = rows.map(({ file, ...range }) => {
    const table = { file, ...readBy(opened.pipeline), ...tableForm(given), ...as };
    const pieces = rowsOfShare(streamTable(table, PIECE, output), range);
    return { file: files.length === 1 && file === path ? null : basename(file), pieces };
  });
  return { all, inputs };
}

/** Rows that are read at a time. */
const PIECE = 65_536;

async function* only(table: Table): AsyncGenerator<Table> {
  yield table;
}

function counted(n: number, first: number): Uint32Array {
  return Uint32Array.from({ length: n }, (_, i) => first + i);
}
