import { IResNetError } from '@iresnet/core';
import { statSync } from 'node:fs';
import type { DatasetName } from '@iresnet/datasets';
import type { ImageData } from '@iresnet/pipeline/run';
import { refuseTableForm, type TableFormFlags } from './tableForm';

/** Which data a command works on; none of them means the held-out data of the run. */
export interface GivenData extends TableFormFlags {
  readonly data?: string;
  /** More tables, whose rows follow. */
  readonly more?: readonly string[];
  readonly dataset?: DatasetName<'images'>;
  readonly dataDir?: string;
}

/** Refuse data that contradicts itself, and a result in the place of the data. */
export function checkData(
  { data, more: _, dataset, dataDir, out, ...form }: GivenData & { readonly out?: string },
  where: string,
): void {
  if (data !== undefined && dataset !== undefined)
    throw new IResNetError('argument', where, 'expected --data or --dataset, got both');
  if (dataDir !== undefined && dataset === undefined)
    throw new IResNetError('argument', where, 'expected --dataset with --data-dir, got none');
  if (data !== undefined && out !== undefined && isSameFile(data, out))
    throw new IResNetError('argument', where, `expected --out other than the file of --data, got ${out}`);
  if (data === undefined) refuseTableForm(form, where, 'expected --data with flags of a table');
}

/** The CSV file for a model of a table, if there is one. */
export function tableFile({ data, dataset }: GivenData, where: string): string | undefined {
  if (dataset === undefined) return data;
  const what = `expected --data for a model of a table, got --dataset ${dataset}, which are images`;
  throw new IResNetError('argument', where, what);
}

/** A published set by its name. */
export function namedSet(name: DatasetName<'images'>, dir: string | undefined): ImageData {
  return { kind: 'set', name, ...(dir !== undefined && { dir }) };
}

/**
 * Whether two paths lead to one file, over links too. A path that leads nowhere is told when it is
 * opened.
 */
function isSameFile(a: string, b: string): boolean {
  try {
    const [first, second] = [statSync(a), statSync(b)];
    return first.isFile() && first.ino === second.ino && first.dev === second.dev;
  } catch {
    return false;
  }
}
