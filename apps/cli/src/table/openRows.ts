import { openModel, type SavedModel } from '../model';
import { tableRows, type Rows } from '../rows';
import { openRun } from '../run';
import { readTable } from '../source';

/** Rows that a command works on, with their model. */
export interface GivenRows extends SavedModel {
  readonly rows: Rows;
  /** What each row goes by: its position in its file, from 1. */
  readonly numbers: readonly number[];
}

/** Open a model of a table with the rows of a file, or else with those that its run held out. */
export async function openRows(path: string, file: string | undefined): Promise<GivenRows> {
  if (file === undefined) {
    const { density, source } = await openRun(path);
    const { columns, heldOut: rows } = source;
    return { density, columns, rows, numbers: source.lineNumbers?.heldOut ?? counted(rows.count) };
  }
  const { density, columns } = await openModel(path);
  const rows = tableRows(readTable({ kind: 'file', file, columns: [...columns] }));
  return { density, columns, rows, numbers: counted(rows.count) };
}

function counted(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i + 1);
}
