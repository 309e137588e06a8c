import { basename, join } from 'node:path';
import { IResNetError } from '@iresnet/core';
import type { IdxSource, PublishedFile } from '../catalog/published';
import type { ImagesRecord } from '../catalog/record';
import { parseIdx } from '../files/idx';
import type { ImageSet } from '../image/imageSet';
import { limits } from '../limits';
import { loadFile, loadPublished, namesIn, type LoadedFile, type LoadOptions } from './load';

/** Read a split of a set in the format of MNIST, from a folder, the cache or its publisher. */
export async function loadIdxSet(
  record: ImagesRecord,
  source: IdxSource,
  options: LoadOptions,
): Promise<ImageSet> {
  const published = source[options.split];
  const own = await fromFolder(options.dir, published);
  const images =
    own?.images ?? (await loadPublished(published.images, record.name, limits.idxBytes, options));
  const labels =
    own?.labels ?? (await loadPublished(published.labels, record.name, limits.idxBytes, options));
  return toImageSet(images, labels, record);
}

/** Both files of a folder, or undefined when it has neither. */
async function fromFolder(
  dir: string | undefined,
  published: IdxSource['train'],
): Promise<{ images: LoadedFile; labels: LoadedFile } | undefined> {
  const names = await namesIn(dir);
  const find = ({ url }: PublishedFile) => {
    const compressed = basename(url);
    const plain = compressed.replace(/\.gz$/, '');
    const name = [plain, compressed].find((candidate) => names.has(candidate));
    return { plain, path: name && join(dir!, name) };
  };
  const images = find(published.images);
  const labels = find(published.labels);
  if (!images.path && !labels.path) return undefined;
  if (!images.path || !labels.path) {
    // Images of one source with labels of another would be wrong without an error.
    const [there, absent] = images.path ? [images, labels] : [labels, images];
    throw new IResNetError(
      'data',
      dir!,
      `expected ${absent.plain} (or .gz) next to ${there.plain}, found none`,
    );
  }
  return {
    images: await loadFile(images.path, limits.idxBytes),
    labels: await loadFile(labels.path, limits.idxBytes),
  };
}

function toImageSet(
  images: LoadedFile,
  labels: LoadedFile,
  { shape, levels, classes }: ImagesRecord,
): ImageSet {
  const pixels = parseIdx(images.bytes, { file: images.path });
  const [count = 0, height, width] = pixels.shape;
  if (!(
    pixels.data instanceof Uint8Array &&
    pixels.shape.length === 3 &&
    height === shape[0] &&
    width === shape[1]
  )) {
    const got = `${pixels.data.constructor.name} [${pixels.shape.join(', ')}]`;
    throw new IResNetError(
      'data',
      images.path,
      `byte 2: expected bytes [n, ${shape[0]}, ${shape[1]}], got ${got}`,
    );
  }
  const indices = parseIdx(labels.bytes, { file: labels.path });
  if (!(indices.data instanceof Uint8Array && indices.shape.length === 1)) {
    const got = `${indices.data.constructor.name} [${indices.shape.join(', ')}]`;
    throw new IResNetError('data', labels.path, `byte 2: expected bytes [n], got ${got}`);
  }
  if (count === 0) throw new IResNetError('data', images.path, 'byte 4: expected images, got none');
  if (indices.data.length !== count) {
    const what = `byte 4: expected a label for each of ${count} images in ${images.path}, got ${indices.data.length}`;
    throw new IResNetError('data', labels.path, what);
  }
  const wrong = indices.data.findIndex((label) => label >= classes.length);
  if (wrong !== -1) {
    const what = `byte ${8 + wrong}: expected a label below ${classes.length}, got ${indices.data[wrong]} for image ${wrong}`;
    throw new IResNetError('data', labels.path, what);
  }
  return { count, shape, images: pixels.data, levels, labels: indices.data, classes: [...classes] };
}
