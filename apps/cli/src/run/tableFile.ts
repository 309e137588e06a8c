import { listed, quoted } from '@iresnet/core/internal';
import { IResNetError } from '@iresnet/core';
import {
  chosenSchema,
  type ColumnChoice,
  type ColumnKind,
  type LabelledTable,
  type MissingRule,
  type Table,
  type TableNotice,
  type TableSchema,
} from '@iresnet/datasets';
import { readTableFile, streamRows, surveyTableFile, tableFiles } from '@iresnet/datasets/node';
import type { DataNotice } from '@iresnet/pipeline/run/node';
import type { TableForm } from '../requests/tableForm';
import type { Output } from '../terminal/output';

/** A table in a file. */
export interface TableFile extends TableForm {
  readonly file: string;
  /** Files whose rows follow. */
  readonly more?: readonly string[] | undefined;
  readonly columns?: readonly string[];
  readonly label?: string;
  /** What each of `columns` holds. */
  readonly kinds?: readonly ColumnKind[];
  readonly missing?: MissingRule;
  /** Columns whose cells come along. */
  readonly keep?: 'all' | readonly string[];
}

/** Names on a suggested command line at most, in characters. */
const LINE = 4000;

/**
 * Read a numeric table: CSV, compressed or not, or npy. Whatever is worth a word is told.
 *
 * @throws IResNetError of kind `data` naming file, line and column, and the flags under which the
 * file can be read.
 */
export async function readTable(table: TableFile, output: Output): Promise<Table & Partial<LabelledTable>> {
  try {
    return await readTableFile(await filesOf(table), options(table, output));
  } catch (error) {
    throw withFlags(error, table);
  }
}

/** The files of a table. */
export function filesOf({ file, more = [] }: Pick<TableFile, 'file' | 'more'>): Promise<string[]> {
  return tableFiles([file, ...more]);
}

/** What the columns of the same files hold, as flags choose them. */
export async function surveyTable(
  table: TableFile,
  left: ColumnChoice,
  output: Output,
): Promise<TableSchema> {
  try {
    const { missing, file, more, ...form } = table;
    const onNotice = (notice: TableNotice): void => {
      if (ofSurvey.has(notice.kind)) output.log(`${file}: ${told(notice)}`);
    };
    const found = await surveyTableFile(await filesOf({ file, more }), { ...form, onNotice });
    const named = form.columns !== undefined;
    return chosenSchema(file, found, { ...left, named, missing: missing === 'keep' ? 'refuse' : missing });
  } catch (error) {
    throw withFlags(error, table);
  }
}

/** The rows of the same file, piece by piece. */
export async function* streamTable(given: TableFile, rows: number, output: Output): AsyncGenerator<Table> {
  const table = { ...given, file: given.file === '-' ? '/dev/stdin' : given.file };
  try {
    yield* streamRows(table.file, { ...options(table, output), rows });
  } catch (error) {
    throw withFlags(error, table);
  }
}

/** What a survey tells; the reading that follows it tells the rest. */
const ofSurvey: ReadonlySet<TableNotice['kind']> = new Set(['header', 'columns']);

function options({ file, more: _, ...options }: TableFile, output: Output) {
  const onNotice = (notice: TableNotice): void => {
    if (!options.kinds || !ofSurvey.has(notice.kind)) output.log(`${file}: ${told(notice)}`);
  };
  return { ...options, onNotice };
}

/** A word about a table, with the flag that decides. */
export function told({ kind, text }: Pick<DataNotice, 'kind' | 'text'>): string {
  return kind === 'header' ? `header: ${text} (--header yes or no decides)` : text;
}

/** An error with the flags under which the file can be read, where there are some. */
export function withFlags(error: unknown, { columns, kinds, missing, label: known }: TableFile): unknown {
  if (!(error instanceof IResNetError)) return error;
  const { numeric, label, marks, exclude } = error.context as {
    readonly numeric?: readonly string[];
    readonly label?: string;
    readonly marks?: readonly TableForm[];
    readonly exclude?: readonly string[];
  };
  const flags: string[] = [];
  if (exclude)
    flags.push(
      `--missing drop to leave rows out; or --missing marginal to learn from them too; or --exclude ${quoted(listed(exclude))} to leave columns out`,
    );
  if (marks) flags.push(...marks.map(markFlags));
  else if (numeric && numeric.length > 0 && (columns === undefined || (kinds && missing !== 'keep'))) {
    const names = `--columns ${quoted(listed(numeric))}`;
    if (label !== undefined && known === undefined)
      flags.push(`--label ${quoted(label)}, if '${label}' holds classes`);
    if (names.length <= LINE) flags.push(names);
  }
  if (flags.length === 0) return error;
  const what = `${error.message.slice(error.where.length + 2)}; give ${flags.join('; or ')}`;
  return new IResNetError(error.kind, error.where, what, error.context, { cause: error });
}

function markFlags({ decimal, grouping }: TableForm): string {
  const mark = grouping === ' ' ? 'blank' : grouping === "'" ? `"'"` : grouping;
  return [...(decimal ? [`--decimal ${decimal}`] : []), ...(mark ? [`--grouping ${mark}`] : [])].join(' ');
}
