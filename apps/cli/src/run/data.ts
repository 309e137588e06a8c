import { parseJson } from '@iresnet/core/internal';
import { readText } from '@iresnet/core/node';
import { checkSchema, describeSchema, type ColumnChoice, type TableSchema } from '@iresnet/datasets';
import type { Pipeline } from '@iresnet/pipeline';
import type { DataConfig, ImageData, RunConfig } from '@iresnet/pipeline/run';
import {
  loadData,
  openRun,
  type DataNotice,
  type LoadedData,
  type LoadedImages,
  type RunSource,
} from '@iresnet/pipeline/run/node';
import type { Output } from '../terminal/output';
import { surveyTable, told, withFlags } from './tableFile';

/**
 * Open data; whatever is worth a word is told, and an error names the flags under which a file can
 * be read.
 */
export function openData(data: ImageData, output: Output): Promise<LoadedImages>;
export function openData(data: DataConfig, output: Output): Promise<LoadedData>;
export async function openData(data: DataConfig, output: Output): Promise<LoadedData> {
  try {
    return await loadData(data, { onNotice: onNotice(output) });
  } catch (error) {
    if (data.kind !== 'file') throw error;
    const { schema, ...file } = data;
    throw withFlags(error, { ...file, ...(schema && { kinds: [] }) });
  }
}

/** The data of a new run: what the columns of a file hold is found out where no schema says it. */
export async function surveyed(data: DataConfig, left: ColumnChoice, output: Output): Promise<DataConfig> {
  if (data.kind !== 'file') return data;
  const { kind: _, schema: known, test: _test, ...file } = data;
  const schema = known ?? (await surveyTable(file, left, output));
  for (const line of describeSchema(schema)) output.log(`${file.file}: ${line}`);
  return { ...data, schema };
}

/** Read a schema that a person wrote. */
export function readSchema(file: string): TableSchema {
  return checkSchema(parseJson(readText(file, 'a schema'), file), file);
}

/** The configuration of a run and the data that it used, of the kind that its model takes. */
export async function runData<S extends RunSource>(
  dir: string,
  pipeline: Pipeline,
  output: Output,
): Promise<{ readonly config: RunConfig; readonly source: S }> {
  const { config, source } = await openRun(dir, { pipeline, onNotice: onNotice(output) });
  return { config, source: source as S };
}

/** Tells what is worth a word of data. */
export function onNotice(output: Output): (notice: DataNotice) => void {
  return (notice) => output.log(notice.kind === 'reading' ? notice.text : `${notice.where}: ${told(notice)}`);
}
