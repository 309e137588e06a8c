import { join } from 'node:path';
import { parseCifar, type ParseCifarOptions } from '../files/cifar';
import { readTar } from '../files/tar';
import type { ImageSet } from '../image/imageSet';
import { cifar10Classes, cifar100Classes } from './cifarClasses';
import { checkSplit, loadFile, loadPublished, namesIn, type LoadedFile, type LoadOptions } from './load';
import { CIFAR10, CIFAR100, type PublishedFile } from './sources';

/** Both published archives hold about 184 MB. */
const MAX_BYTES = 256_000_000;

/** What there is to know of a CIFAR set. */
interface CifarSource {
  readonly variant: ParseCifarOptions['variant'];
  readonly archive: PublishedFile;
  readonly archiveName: string;
  /** The folder in the archive. */
  readonly folder: string;
  readonly files: Readonly<Record<LoadOptions['split'], readonly string[]>>;
  readonly classes: readonly string[];
}

/**
 * CIFAR-10: 50,000 training and 10,000 test colour images, 32 × 32 × 3, ten classes from airplane to truck.
 *
 * From `dir` if it has files of the binary version (those of `data_batch_1.bin` … `data_batch_5.bin` that are there; `test_batch.bin`),
 * itself or in `cifar-10-batches-bin`, or else the archive `cifar-10-binary.tar.gz`; else from the archive in the cache ({@link cacheDir}),
 * to which its 170 MB are downloaded once and verified by their SHA-256. Nothing is unpacked to the disk; memory at the peak is about
 * 550 MB for the archive.
 *
 * @returns Arrays of the caller's own.
 * @throws IResNetError (data), naming the file and the record: see {@link parseCifar}, {@link readTar} and {@link download}. Kind
 * argument for another split.
 *
 * @example
 * ```ts
 * import { mkdtempSync, writeFileSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { cifar10 } from '@iresnet/datasets/node';
 *
 * // A set of one image in a folder; without `dir` the published one is downloaded.
 * const dir = mkdtempSync(join(tmpdir(), 'iresnet-'));
 * writeFileSync(join(dir, 'test_batch.bin'), Uint8Array.of(6, ...new Uint8Array(3072)));
 * const set = await cifar10({ split: 'test', dir });
 * console.log(set.count, set.shape, set.classes[set.labels[0]]); // 1 [ 32, 32, 3 ] frog
 * ```
 *
 * @see Krizhevsky, Learning multiple layers of features from tiny images (2009).
 */
export async function cifar10(options: LoadOptions): Promise<ImageSet> {
  return load(
    {
      variant: 'cifar10',
      archive: CIFAR10,
      archiveName: 'cifar-10-binary.tar',
      folder: 'cifar-10-batches-bin',
      files: { train: [1, 2, 3, 4, 5].map((i) => `data_batch_${i}.bin`), test: ['test_batch.bin'] },
      classes: cifar10Classes,
    },
    options,
  );
}

/**
 * CIFAR-100: 50,000 training and 10,000 test colour images, 32 × 32 × 3, a hundred classes (the fine labels).
 *
 * Sources and errors as for {@link cifar10}: `train.bin` and `test.bin`, itself or in `cifar-100-binary`, or `cifar-100-binary.tar.gz`;
 * the download has 169 MB.
 *
 * @example
 * ```ts
 * import { mkdtempSync, writeFileSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { cifar100 } from '@iresnet/datasets/node';
 *
 * const dir = mkdtempSync(join(tmpdir(), 'iresnet-'));
 * writeFileSync(join(dir, 'test.bin'), Uint8Array.of(4, 0, ...new Uint8Array(3072))); // coarse, then fine
 * const set = await cifar100({ split: 'test', dir });
 * console.log(set.classes[set.labels[0]]); // apple
 * ```
 *
 * @see Krizhevsky, Learning multiple layers of features from tiny images (2009).
 */
export async function cifar100(options: LoadOptions): Promise<ImageSet> {
  return load(
    {
      variant: 'cifar100',
      archive: CIFAR100,
      archiveName: 'cifar-100-binary.tar',
      folder: 'cifar-100-binary',
      files: { train: ['train.bin'], test: ['test.bin'] },
      classes: cifar100Classes,
    },
    options,
  );
}

async function load(source: CifarSource, options: LoadOptions): Promise<ImageSet> {
  checkSplit(options.split, `datasets.${source.variant}`);
  const parts = (await filesOf(source, options)).map(({ path, bytes }) =>
    parseCifar(bytes, { variant: source.variant, file: path }),
  );
  return {
    count: parts.reduce((sum, { count }) => sum + count, 0),
    shape: [32, 32, 3],
    images: concat(parts.map(({ images }) => images)),
    labels: concat(parts.map(({ labels }) => labels)),
    classes: source.classes,
  };
}

/** The files of a split, from the first place that has any. */
async function filesOf(source: CifarSource, options: LoadOptions): Promise<LoadedFile[]> {
  const { dir, split } = options;
  const wanted = source.files[split];
  const names = await namesIn(dir);
  const inner = names.has(source.folder) ? join(dir!, source.folder) : undefined;
  for (const [folder, present] of [
    [dir, names],
    [inner, await namesIn(inner)],
  ] as const) {
    const found = wanted.filter((name) => present.has(name));
    if (found.length > 0) return Promise.all(found.map((name) => loadFile(join(folder!, name), MAX_BYTES)));
  }
  const own = [source.archiveName, `${source.archiveName}.gz`].find((name) => names.has(name));
  const archive = own
    ? await loadFile(join(dir!, own), MAX_BYTES)
    : await loadPublished(source.archive, source.variant, MAX_BYTES, options);
  const entries = wanted.map((name) => `${source.folder}/${name}`);
  const files = readTar(archive.bytes, entries, { file: archive.path });
  return [...files].map(([name, bytes]) => ({ path: `${archive.path}: ${name}`, bytes }));
}

/** One array after the other; a single one as it is. */
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
