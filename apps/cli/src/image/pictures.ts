import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { IResNetError } from '@iresnet/core';
import { parseNpy, withLevels, type ImageSet } from '@iresnet/datasets';
import type { ImageInput, ImageSource } from '@iresnet/pipeline';
import { namedSet, type GivenData } from '../requests/data';
import type { Opened } from '../run/dispatch';
import { openRun } from '../run/openRun';
import { loadImages } from '../run/source';
import type { Output } from '../terminal/output';
import { reading } from '../terminal/readText';
import { readPng, withChannels } from './readPng';
import { bytesOf } from './bytes';

/** Images that a command works on, in the levels and classes of its model. */
export interface GivenImages {
  readonly title: string;
  /** Its labels mean nothing unless `labelled`. */
  readonly set: ImageSet;
  readonly labelled: boolean;
  /** What each image goes by: its file below the folder, or its index. */
  readonly names: readonly (string | number)[];
}

/** Images as their files have them, 0 … 255. */
interface Files {
  readonly title: string;
  readonly shape: ImageSet['shape'];
  readonly values: Uint8Array;
  /** The name of the class of each image, where there is one. */
  readonly labels: readonly string[] | null;
  readonly names: readonly string[] | null;
}

/**
 * Open the images that the flags name, or those that the run held out.
 *
 * @throws IResNetError of kind `data` naming the file, or when the images are not like those of the model.
 */
export async function openPictures(
  { path, pipeline }: Opened,
  given: GivenData,
  output: Output,
): Promise<GivenImages> {
  const input = pipeline.input as ImageInput;
  if (given.dataset === undefined && given.data === undefined) {
    const { source } = await openRun<ImageSource>(path, pipeline, output);
    const set = source.heldOut.data as ImageSet;
    const names = Array.from({ length: set.count }, (_, i) => i);
    return { title: source.input.title, set, labelled: true, names };
  }
  const files =
    given.dataset === undefined ? readPath(given.data!, input.shape[2]) : await publishedFiles(given, output);
  return fit(files, input, output);
}

async function publishedFiles({ dataset, dataDir }: GivenData, output: Output): Promise<Files> {
  const { title, train, test } = await loadImages(namedSet(dataset!, dataDir), output);
  const set = test ?? train;
  return {
    title,
    shape: set.shape,
    values: bytesOf(set),
    labels: Array.from(set.labels, (label) => set.classes[label]!),
    names: null,
  };
}

function readPath(path: string, channels: number): Files {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory()) return readFolder(path, channels);
  if (found && /\.png$/i.test(path)) return readFiles(path, [{ path, name: basename(path) }], channels);
  if (found && /\.npy$/i.test(path)) return readNpy(path);
  const got = found ? 'another file' : 'nothing there';
  throw new IResNetError(
    'data',
    path,
    `expected a folder of PNG files, a PNG file or an .npy file, got ${got}`,
  );
}

function readNpy(file: string): Files {
  const { shape, data } = parseNpy(
    reading(file, 'an npy file', () => readFileSync(file)),
    { file },
  );
  const [count = 0, height = 0, width = 0, channels = 1] = shape;
  if (!(data instanceof Uint8Array && (shape.length === 3 || shape.length === 4) && data.length > 0)) {
    const what = `expected uint8 [n,h,w,c] or [n,h,w], got ${data.constructor.name.replace('Array', '').toLowerCase()} [${shape.join()}]`;
    throw new IResNetError('data', file, what);
  }
  return {
    title: file,
    shape: [height, width, channels],
    values: data.slice(0, count * height * width * channels),
    labels: null,
    names: null,
  };
}

/** PNG files in a folder and in the folders within, which are classes; both in the order of their characters. */
function readFolder(dir: string, channels: number): Files {
  const names = namesIn(dir);
  const pngs = (folder: string, label: string | null) =>
    namesIn(folder)
      .filter((name) => /\.png$/i.test(name))
      .map((name) => ({ path: join(folder, name), name: label === null ? name : `${label}/${name}`, label }));
  const isFolder = (name: string) => statSync(join(dir, name), { throwIfNoEntry: false })?.isDirectory();
  const files = [
    ...pngs(dir, null),
    ...names.filter(isFolder).flatMap((label) => pngs(join(dir, label), label)),
  ];
  if (files.length === 0)
    throw new IResNetError('data', dir, 'expected PNG files in it or in folders within, found none');
  return readFiles(dir, files, channels);
}

/** The visible names in a folder, in the order of their characters. */
function namesIn(dir: string): string[] {
  const names = reading(dir, 'a folder of PNG files', () => readdirSync(dir));
  return names.filter((name) => !name.startsWith('.')).sort();
}

function readFiles(
  path: string,
  files: readonly { readonly path: string; readonly name: string; readonly label?: string | null }[],
  channels: number,
): Files {
  const pictures = files.map((file) => ({ ...withChannels(readPng(file.path), channels), path: file.path }));
  const { shape } = pictures[0]!;
  const size = shape[0] * shape[1] * shape[2];
  const values = new Uint8Array(files.length * size);
  pictures.forEach((picture, i) => {
    if (picture.shape.join() !== shape.join()) {
      const what = `expected an image [${shape.join()}] as ${pictures[0]!.path}, got [${picture.shape.join()}]`;
      throw new IResNetError('data', picture.path, what);
    }
    values.set(picture.data, i * size);
  });
  const labels = files.map(({ label }) => label ?? null);
  return {
    title: path,
    shape,
    values,
    labels: labels.every((label) => label !== null) ? labels : null,
    names: files.map(({ name }) => name),
  };
}

/** Images of files as those of a model. */
function fit(
  { title, shape, values, labels, names }: Files,
  { classes, levels, shape: wanted }: ImageInput,
  output: Output,
): GivenImages {
  if (shape.join() !== wanted.join()) {
    const what = `expected images [${wanted.join()}] as the model takes, got [${shape.join()}]`;
    throw new IResNetError('data', title, what);
  }
  const count = values.length / (shape[0] * shape[1] * shape[2]);
  const others = [...new Set(labels)].filter((label) => !classes.includes(label));
  if (others.length > 0)
    output.log(
      `${title}: its classes (${others.slice(0, 3).join(', ')} …) are not the model’s; taken as images without`,
    );
  const labelled = labels !== null && others.length === 0;
  return {
    title,
    labelled,
    set: withLevels(
      {
        count,
        shape,
        images: values,
        levels: 256,
        labels: Uint8Array.from({ length: count }, (_, i) => (labelled ? classes.indexOf(labels[i]!) : 0)),
        classes,
      },
      levels,
    ),
    names: names ?? Array.from({ length: count }, (_, i) => i),
  };
}
