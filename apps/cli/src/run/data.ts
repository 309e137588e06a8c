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
import { givenSchema, tellSchema, type LeftColumns } from './schema';
import { surveyTable, told, withFlags } from './tableFile';

/** Open data; whatever is worth a word is told, and an error names the flags under which a file can be read. */
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
export async function surveyed(data: DataConfig, left: LeftColumns, output: Output): Promise<DataConfig> {
  if (data.kind !== 'file') return data;
  const { kind: _, schema: known, test: _test, ...file } = data;
  const { columns, missing } = file;
  const schema = known ?? givenSchema(file.file, await surveyTable(file, output), left, columns, missing);
  tellSchema(file.file, schema, output);
  return { ...data, schema };
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
