import { statSync } from 'node:fs';
import { IResNetError } from '@iresnet/core';
import { readBytes, reading } from '@iresnet/core/node';
import { limits, parseNpy, withLevels, type ImageSet } from '@iresnet/datasets';
import { readPictures } from '@iresnet/datasets/node';
import type { ImageInput, ImageSource } from '@iresnet/pipeline';
import { namedSet, type GivenData } from '../requests/data';
import type { Opened } from '../run/dispatch';
import { openData, runData } from '../run/data';
import type { Output } from '../terminal/output';

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
    const { source } = await runData<ImageSource>(path, pipeline, output);
    const set = source.heldOut.data as ImageSet;
    const names = Array.from({ length: set.count }, (_, i) => i);
    return { title: source.input.title, set, labelled: true, names };
  }
  const files = await (given.dataset === undefined
    ? readPath(given.data!, input.shape[2], output)
    : publishedFiles(given, output));
  return fit(files, input, output);
}

async function publishedFiles({ dataset, dataDir }: GivenData, output: Output): Promise<Files> {
  const { title, train, test } = await openData(namedSet(dataset!, dataDir), output);
  const set = test ?? train;
  return {
    title,
    shape: set.shape,
    values: withLevels(set, 256).images,
    labels: Array.from(set.labels, (label) => set.classes[label]!),
    names: null,
  };
}

async function readPath(path: string, channels: number, output: Output): Promise<Files> {
  const found = reading(path, 'pictures', () => statSync(path, { throwIfNoEntry: false }));
  if (found?.isFile() && /\.npy$/i.test(path)) return readNpy(path, found.size);
  if (!(found?.isDirectory() || (found && /\.(png|jpe?g|jpe|jfif)$/i.test(path)))) {
    const what = 'a folder of PNG or JPEG files, such a file or an .npy file';
    throw new IResNetError('data', path, `expected ${what}, got ${found ? 'another file' : 'nothing there'}`);
  }
  const { images, names, labels, notes } = await readPictures(path, { channels });
  for (const note of notes) output.log(`${path}: ${note}`);
  const known = labels.filter((label) => label !== null);
  return {
    title: path,
    shape: images.shape,
    values: images.images,
    labels: known.length === names.length ? known : null,
    names,
  };
}

function readNpy(file: string, size: number): Files {
  if (size > limits.imageBytes)
    throw new IResNetError('data', file, `expected at most ${limits.imageBytes} bytes, got ${size}`);
  const { shape, data } = parseNpy(readBytes(file, 'an npy file'), { file });
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
