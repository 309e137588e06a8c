import { basename, join } from 'node:path';
import { IResNetError } from '@iresnet/core';
import { didYouMean } from '@iresnet/core/internal';
import {
  datasetRecord,
  readColumns,
  toy2d,
  type LabelledTable,
  type Table,
  type Toy2d,
} from '@iresnet/datasets';
import { imageFolder, openDataset } from '@iresnet/datasets/node';
import {
  imageKind,
  imageSource,
  planeSource,
  tableSource,
  type ImageKind,
  type ImageSource,
  type LabelledImages,
  type TableKind,
  type TableSource,
  type Task,
} from '@iresnet/pipeline';
import {
  recipeOf,
  type DataConfig,
  type ImageData,
  type RunConfig,
  type TableData,
} from '@iresnet/pipeline/run';
import type { Output } from '../terminal/output';
import { givenSchema, tellSchema, type LeftColumns } from './schema';
import { readTable, surveyTable } from './tableFile';

/** Data as it lies in its files, before it is cut into parts. */
export type LoadedData = LoadedTable | LoadedImages;

/** Rows with their name. */
export type LoadedTable =
  | { readonly kind: 'plane'; readonly title: string; readonly toy: Toy2d }
  | {
      readonly kind: 'table';
      readonly title: string;
      readonly table: Table & Partial<LabelledTable>;
      /** The file with what its columns hold, where it is one. */
      readonly data?: Extract<DataConfig, { kind: 'file' }>;
    };

/** Images with their name. */
export type LoadedImages = LabelledImages & {
  readonly kind: 'images';
  readonly title: string;
  /** The folder of pictures, where they are no published set. */
  readonly folder?: string;
  /** Folders within it that hold no pictures. */
  readonly empty?: readonly string[];
};

/**
 * Open the data of a run.
 *
 * @param left - Given for a new run: what the columns of a file hold is then found out where no schema says it.
 */
export function loadData(data: DataConfig, output: Output, left?: LeftColumns): Promise<LoadedData> {
  return data.kind === 'set' || data.kind === 'folder'
    ? loadImages(data, output)
    : loadTable(data, output, left);
}

/** The parts of loaded data, as a configuration cuts it. */
export function sourceOf(loaded: LoadedTable, config: RunConfig): TableSource;
export function sourceOf(loaded: LoadedImages, config: RunConfig): ImageSource;
export function sourceOf(loaded: LoadedData, config: RunConfig): TableSource | ImageSource;
export function sourceOf(loaded: LoadedData, config: RunConfig): TableSource | ImageSource {
  const recipe = recipeOf(config);
  switch (loaded.kind) {
    case 'plane':
      return planeSource(loaded.toy, recipe);
    case 'table':
      return tableSource(loaded.title, loaded.table, recipe);
    case 'images':
      checkClasses(loaded, recipe.task);
      return imageSource(loaded.title, loaded, recipe);
  }
}

/** Open rows. */
async function loadTable(data: TableData, output: Output, left?: LeftColumns): Promise<LoadedTable> {
  if (data.kind === 'toy') return { kind: 'plane', title: data.name, toy: toy2d(data.name) };
  if (data.kind === 'embedded')
    return { kind: 'table', title: data.name, table: embedded(data.name, data.label) };
  const { kind: _kind, schema: known, ...file } = data;
  const schema =
    known ??
    (left && givenSchema(file.file, await surveyTable(file, output), left, file.columns, file.missing));
  if (left && schema) tellSchema(file.file, schema, output);
  const table = await readTable(schema ? { ...file, ...readColumns(schema) } : file, output);
  const title = basename(data.file)
    .replace(/\.gz$/i, '')
    .replace(/\.\w+$/, '');
  return { kind: 'table', title, table, data: { ...data, ...(schema && { schema }) } };
}

/** A table that ships with the program; its classes only where their column was named. */
function embedded(name: Extract<TableData, { kind: 'embedded' }>['name'], label: string | undefined) {
  const table: Table & Partial<LabelledTable> = datasetRecord(name, 'table').load();
  const { label: known, labels: _labels, ...plain } = table;
  if (label === undefined) return plain;
  if (known !== undefined && known.toLowerCase() === label.toLowerCase()) return table;
  const found = known ?? 'no column of classes in it';
  const near = known === undefined ? '' : didYouMean(label, [known]);
  throw new IResNetError('data', name, `expected a column '${label}', found ${found}${near}`);
}

/** Open images; a published set that is not in `dir` is downloaded into the cache. */
export async function loadImages(data: ImageData, output: Output): Promise<LoadedImages> {
  if (data.kind === 'folder') {
    const { set, empty, notes } = await imageFolder(data.folder);
    for (const note of notes) output.log(`${data.folder}: ${note}`);
    return {
      kind: 'images',
      title: basename(data.folder),
      train: set,
      test: null,
      folder: data.folder,
      empty,
    };
  }
  const { count, published } = datasetRecord(data.name, 'images');
  const options = data.dir === undefined ? {} : { dir: data.dir };
  if (published) output.log(`reading ${data.name} …`);
  const train = await openDataset(data.name, { split: 'train', ...options });
  const test = count.test > 0 ? await openDataset(data.name, { split: 'test', ...options }) : null;
  return { kind: 'images', title: data.name, train, test };
}

/**
 * Refuse a folder that has fewer classes than its task needs, or seems to have more than were found.
 *
 * @throws IResNetError of kind `data` naming the folder.
 */
export function checkClasses({ folder, empty = [], train }: LoadedImages, task: Task): void {
  if (folder === undefined || task === 'density') return;
  const hint = 'or give --task density, which needs no classes';
  // The caches of other programs, such as __pycache__, are not classes.
  const absent = empty.find((name) => !name.startsWith('__'));
  if (absent !== undefined) {
    const what = `expected pictures of the class ${absent}, found none: put some there, remove the folder, ${hint}`;
    throw new IResNetError('data', join(folder, absent), what);
  }
  if (train.classes.length >= 2) return;
  const found = train.classes.length === 0 ? 'pictures without' : `${train.classes[0]} alone`;
  throw new IResNetError('data', folder, `expected a folder of pictures for each of 2 or more classes, found ${found}: add some, ${hint}`); // prettier-ignore
}

/** What decides the defaults of a run on a table. */
export function kindOfTable({ table }: Extract<LoadedTable, { kind: 'table' }>): TableKind {
  return { rows: table.rows, columns: table.columns.length };
}

/** What decides the defaults of a run on images. */
export function kindOfImages({ train }: LoadedImages): ImageKind {
  return imageKind(train);
}
