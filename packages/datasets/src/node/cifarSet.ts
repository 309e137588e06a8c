import { basename, join } from 'node:path';
import type { CifarSource } from '../catalog/published';
import type { ImagesRecord } from '../catalog/record';
import { parseCifar } from '../files/cifar';
import { readTar } from '../files/tar';
import type { ImageSet } from '../image/imageSet';
import { limits } from '../limits';
import { loadFile, loadPublished, namesIn, type LoadedFile, type LoadOptions } from './load';

/** Read a split of a set in the format of CIFAR, from a folder, the cache or its publisher. */
export async function loadCifarSet(
  { name, shape, levels, classes }: ImagesRecord,
  source: CifarSource,
  options: LoadOptions,
): Promise<ImageSet> {
  const parts = (await filesOf(name, source, options)).map(({ path, bytes }) =>
    parseCifar(bytes, { variant: source.format, file: path }),
  );
  return {
    count: parts.reduce((sum, { count }) => sum + count, 0),
    shape,
    images: concat(parts.map(({ images }) => images)),
    levels,
    labels: concat(parts.map(({ labels }) => labels)),
    classes: [...classes],
  };
}

/** The files of a split, from the first place that has any. */
async function filesOf(name: string, source: CifarSource, options: LoadOptions): Promise<LoadedFile[]> {
  const { dir, split } = options;
  const wanted = source[split];
  const names = await namesIn(dir);
  const inner = names.has(source.folder) ? join(dir!, source.folder) : undefined;
  for (const [folder, present] of [
    [dir, names],
    [inner, await namesIn(inner)],
  ] as const) {
    const found = wanted.filter((file) => present.has(file));
    if (found.length > 0)
      return Promise.all(found.map((file) => loadFile(join(folder!, file), limits.cifarBytes)));
  }
  const compressed = basename(source.archive.url);
  const own = [compressed.replace(/\.gz$/, ''), compressed].find((file) => names.has(file));
  const archive = own
    ? await loadFile(join(dir!, own), limits.cifarBytes)
    : await loadPublished(source.archive, name, limits.cifarBytes, options);
  const entries = wanted.map((file) => `${source.folder}/${file}`);
  const files = readTar(archive.bytes, entries, { file: archive.path });
  return [...files].map(([file, bytes]) => ({ path: `${archive.path}: ${file}`, bytes }));
}

/** The arrays one after the other. A single array is returned as it is. */
function concat(arrays: readonly Uint8Array[]): Uint8Array {
  if (arrays.length === 1) return arrays[0]!;
  const all = new Uint8Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) {
    all.set(array, at);
    at += array.length;
  }
  return all;
}
