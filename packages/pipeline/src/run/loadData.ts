import { basename } from 'node:path';
import { IResNetError } from '@iresnet/core';
import { checkOptions, didYouMean } from '@iresnet/core/internal';
import {
  datasetRecord,
  readColumns,
  toy2d,
  type LabelledTable,
  type Table,
  type TableNotice,
} from '@iresnet/datasets';
import { imageFolder, openDataset, readTableFile, tableFiles } from '@iresnet/datasets/node';
import type { DataConfig, ImageData, TableData } from './config';
import type { LoadedData, LoadedImages, LoadedTable } from './loaded';

/** What is worth a word of data that was read. */
export interface DataNotice {
  /** The file, the folder or the set. */
  readonly where: string;
  /**
   * What it is about: something in a table, pictures that were passed over, or a published set that
   * is about to be read.
   */
  readonly kind: TableNotice['kind'] | 'pictures' | 'reading';
  readonly text: string;
}

/** Options of {@link loadData}. */
export interface LoadDataOptions {
  /** Called with what is worth a word. */
  readonly onNotice?: (notice: DataNotice) => void;
}

/**
 * Open the data that a configuration names: a distribution on the plane, a table or images that
 * ship with the packages, the rows of files, a folder of pictures, a published set.
 *
 * A file whose `schema` is given is read by it; else each column that is read must hold numbers. A
 * published set that is not in `dir` is downloaded into the cache.
 *
 * @param data - The `data` of a `RunConfig`.
 * @returns All rows or images, which `sourceOf` cuts into parts.
 * @throws IResNetError of kind `data` that names the file, and its line and column where there is
 * one.
 *
 * @example
 * ```ts
 * import { mkdtempSync, writeFileSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { surveyTableFile } from '@iresnet/datasets/node';
 * import { loadData } from '@iresnet/pipeline/run/node';
 *
 * const file = join(mkdtempSync(join(tmpdir(), 'iresnet-')), 'geysers.csv');
 * writeFileSync(file, 'minutes,kind\n3.6,long\n1.8,short\n3.3,long\n');
 * const { schema } = await surveyTableFile([file]); // what each column holds
 * const loaded = await loadData({ kind: 'file', file, schema });
 * if (loaded.kind === 'table') console.log(loaded.title, loaded.table.columns); // geysers [ 'minutes', 'kind' ]
 * ```
 */
export function loadData(data: TableData, options?: LoadDataOptions): Promise<LoadedTable>;
export function loadData(data: ImageData, options?: LoadDataOptions): Promise<LoadedImages>;
export function loadData(data: DataConfig, options?: LoadDataOptions): Promise<LoadedData>;
export async function loadData(data: DataConfig, options: LoadDataOptions = {}): Promise<LoadedData> {
  checkOptions('pipeline.loadData', options, { onNotice: true });
  const tell = options.onNotice ?? (() => undefined);
  switch (data.kind) {
    case 'toy':
      return { kind: 'plane', title: data.name, toy: toy2d(data.name) };
    case 'embedded':
      return { kind: 'table', title: data.name, table: embedded(data.name, data.label) };
    case 'file':
      return tableOf(data, tell);
    case 'folder':
      return picturesOf(data.folder, tell);
    case 'set':
      return setOf(data, tell);
  }
}

type Tell = (notice: DataNotice) => void;

/** A table that ships with the packages; its classes only where their column was named. */
function embedded(name: Extract<TableData, { kind: 'embedded' }>['name'], label: string | undefined) {
  const table: Table & Partial<LabelledTable> = datasetRecord(name, 'table').load();
  const { label: known, labels: _labels, ...plain } = table;
  if (label === undefined) return plain;
  if (known !== undefined && known.toLowerCase() === label.toLowerCase()) return table;
  const found = known ?? 'no column of classes in it';
  const near = known === undefined ? '' : didYouMean(label, [known]);
  throw new IResNetError('data', name, `expected a column '${label}', found ${found}${near}`);
}

/** What the survey that found a schema has told already. */
const ofSurvey: ReadonlySet<TableNotice['kind']> = new Set(['header', 'columns']);

async function tableOf(data: Extract<DataConfig, { kind: 'file' }>, tell: Tell): Promise<LoadedTable> {
  const { kind: _, file, more = [], test: judged, schema, ...form } = data;
  const read = async (files: readonly string[], columns: Parameters<typeof readTableFile>[1]) =>
    readTableFile(await tableFiles(files), {
      ...form,
      ...columns,
      onNotice(notice) {
        if (!schema || !ofSurvey.has(notice.kind)) tell({ where: files[0]!, ...notice });
      },
    });
  const table = await read([file, ...more], schema && readColumns(schema));
  const test = judged === undefined ? undefined : await read([judged], schema ? readColumns(schema) : { columns: table.columns }); // prettier-ignore
  const title = basename(file)
    .replace(/\.gz$/i, '')
    .replace(/\.\w+$/, '');
  return { kind: 'table', title, table, ...(test && { test }), data };
}

async function picturesOf(folder: string, tell: Tell): Promise<LoadedImages> {
  const { set, empty, notes } = await imageFolder(folder);
  for (const text of notes) tell({ where: folder, kind: 'pictures', text });
  return { kind: 'images', title: basename(folder), train: set, test: null, folder, empty };
}

async function setOf({ name, dir }: Extract<ImageData, { kind: 'set' }>, tell: Tell): Promise<LoadedImages> {
  const { count, published } = datasetRecord(name, 'images');
  const options = dir === undefined ? {} : { dir };
  if (published) tell({ where: name, kind: 'reading', text: `reading ${name} …` });
  const train = await openDataset(name, { split: 'train', ...options });
  const test = count.test > 0 ? await openDataset(name, { split: 'test', ...options }) : null;
  return { kind: 'images', title: name, train, test };
}
