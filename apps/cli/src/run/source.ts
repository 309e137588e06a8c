import { basename } from 'node:path';
import { IResNetError } from '@iresnet/core';
import { didYouMean } from '@iresnet/core/internal';
import { datasetRecord, toy2d, type LabelledTable, type Table, type Toy2d } from '@iresnet/datasets';
import { imageFolder, openDataset } from '@iresnet/datasets/node';
import {
  imageSource,
  planeSource,
  tableSource,
  type ImageKind,
  type ImageSource,
  type LabelledImages,
  type TableSource,
} from '@iresnet/pipeline';
import { decodePng } from '../image/readPng';
import type { Output } from '../terminal/output';
import { readTable } from './tableFile';
import { recipeOf, type DataConfig, type ImageData, type RunConfig, type TableData } from './config';

/** Data as it lies in its files, before it is cut into parts. */
export type LoadedData = LoadedTable | LoadedImages;

/** Rows with their name. */
export type LoadedTable =
  | { readonly kind: 'plane'; readonly title: string; readonly toy: Toy2d }
  | { readonly kind: 'table'; readonly title: string; readonly table: Table & Partial<LabelledTable> };

/** Images with their name. */
export type LoadedImages = { readonly kind: 'images'; readonly title: string } & LabelledImages;

/** Open the data of a run. */
export function loadData(data: DataConfig, output: Output): Promise<LoadedData> {
  return data.kind === 'set' || data.kind === 'folder' ? loadImages(data, output) : loadTable(data, output);
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
      return imageSource(loaded.title, loaded, recipe);
  }
}

/** Open rows. */
async function loadTable(data: TableData, output: Output): Promise<LoadedTable> {
  if (data.kind === 'toy') return { kind: 'plane', title: data.name, toy: toy2d(data.name) };
  if (data.kind === 'embedded')
    return { kind: 'table', title: data.name, table: embedded(data.name, data.label) };
  const { kind: _kind, ...file } = data;
  const table = await readTable(file, output);
  const title = basename(data.file)
    .replace(/\.gz$/i, '')
    .replace(/\.\w+$/, '');
  return { kind: 'table', title, table };
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
    const train = await imageFolder(data.folder, { decode: decodePng });
    return { kind: 'images', title: basename(data.folder), train, test: null };
  }
  const { count, published } = datasetRecord(data.name, 'images');
  const options = data.dir === undefined ? {} : { dir: data.dir };
  if (published) output.log(`reading ${data.name} …`);
  const train = await openDataset(data.name, { split: 'train', ...options });
  const test = count.test > 0 ? await openDataset(data.name, { split: 'test', ...options }) : null;
  return { kind: 'images', title: data.name, train, test };
}

/** What decides the defaults of a run on images. */
export function kindOfImages({ train }: LoadedImages): ImageKind {
  return { count: train.count, shape: train.shape, classes: train.classes.length };
}
