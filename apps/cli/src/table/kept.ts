import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { IResNetError } from '@iresnet/core';
import { didYouMean } from '@iresnet/core/internal';
import { rowFields, type Field, type Table, type Value } from '@iresnet/datasets';
import type { ScoreRequest } from '../requests/judge';
import type { Opened } from '../run/dispatch';
import { files } from '../run/files';
import { readSchema } from '../run/schema';

/** Columns of the data that are written beside the scores. */
export interface KeptColumns {
  readonly read: 'all' | readonly string[];
  /** Those that must be there. */
  readonly asked: readonly string[];
  /** The file, for messages. */
  readonly file: string;
}

/** The columns that `--keep` asks for; without it those that name the rows, where the run knows some. */
export function keptColumns(
  { path }: Opened,
  { keep, data: file }: Pick<ScoreRequest, 'keep' | 'data'>,
): KeptColumns | null {
  const refuse = (what: string): never => {
    throw new IResNetError('argument', 'iresnet score', what);
  };
  if (file === undefined) return keep === undefined ? null : refuse('expected --data with --keep, got none');
  if (keep !== undefined && keep !== 'ids') return { read: keep, asked: keep === 'all' ? [] : keep, file };
  const schema = join(path, files.schema);
  const known = existsSync(schema) ? readSchema(schema) : [];
  const ids = known.filter(({ kind }) => kind === 'id').map(({ column }) => column);
  if (ids.length > 0) return { read: ids, asked: keep === 'ids' ? ids : [], file };
  return keep === undefined ? null : refuse(`expected a run with a column that names the rows, got ${path}; give --keep their names`); // prettier-ignore
}

/** Puts the cells of row i behind its number. */
export function withCells(
  tables: readonly Table[],
  { asked, file }: KeptColumns,
  format: ScoreRequest['format'],
): (fields: readonly Field[], i: number) => Field[] {
  const columns = tables[0]?.kept?.columns ?? [];
  const cells = tables.flatMap(({ kept }) => kept?.cells ?? []);
  for (const name of tables.length > 0 ? asked : []) {
    if (columns.includes(name)) continue;
    const near = didYouMean(name, columns);
    throw new IResNetError('data', file, `expected a column '${name}' to keep, found none${near}`);
  }
  const value = format === 'jsonl' ? jsonValue : (text: string): Value => text;
  let names: readonly string[] | undefined;
  return (fields, i) => {
    names ??= rowFields(
      columns,
      () => null,
      fields.flatMap(([key, , column = key]) => [key, column]),
    ).map(([name]) => name);
    const own = cells[i]!.map((text, j): Field => [names![j]!, value(text), names![j]!]);
    const behind = fields.findIndex(([key]) => key === 'row') + 1;
    return [...fields.slice(0, behind), ...own, ...fields.slice(behind)];
  };
}

/** A number that JSON writes the same way, null for nothing, or the text. */
function jsonValue(text: string): Value {
  if (text === '') return null;
  return String(Number(text)) === text && Number.isFinite(Number(text)) ? Number(text) : text;
}
