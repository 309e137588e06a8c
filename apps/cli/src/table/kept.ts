import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { IResNetError } from '@iresnet/core';
import { didYouMean } from '@iresnet/core/internal';
import type { Table } from '@iresnet/datasets';
import { runFileNames } from '@iresnet/pipeline/run/node';
import type { ScoreRequest } from '../requests/judge';
import type { Opened } from '../run/dispatch';
import { readSchema } from '../run/data';

/** Columns of the data that are written beside the scores. */
export interface KeptColumns {
  readonly read: 'all' | readonly string[];
  /** Those that must be there. */
  readonly asked: readonly string[];
  /** The file, for messages. */
  readonly file: string;
}

/**
 * The columns that `--keep` asks for; without it those that name the rows, where the run knows
 * some.
 */
export function keptColumns(
  { path }: Opened,
  { keep, data: file }: Pick<ScoreRequest, 'keep' | 'data'>,
): KeptColumns | null {
  const refuse = (what: string): never => {
    throw new IResNetError('argument', 'iresnet score', what);
  };
  if (file === undefined) return keep === undefined ? null : refuse('expected --data with --keep, got none');
  if (keep !== undefined && keep !== 'ids') return { read: keep, asked: keep === 'all' ? [] : keep, file };
  const schema = join(path, runFileNames.schema);
  const known = existsSync(schema) ? readSchema(schema) : [];
  const ids = known.filter(({ kind }) => kind === 'id').map(({ column }) => column);
  if (ids.length > 0) return { read: ids, asked: keep === 'ids' ? ids : [], file };
  return keep === undefined ? null : refuse(`expected a run with a column that names the rows, got ${path}; give --keep their names`); // prettier-ignore
}

/** Refuse a table without a column that is to be kept. */
export function checkKept({ kept }: Table, { asked, file }: KeptColumns): void {
  const columns = kept?.columns ?? [];
  for (const name of asked)
    if (!columns.includes(name))
      throw new IResNetError(
        'data',
        file,
        `expected a column '${name}' to keep, found none${didYouMean(name, columns)}`,
      );
}
