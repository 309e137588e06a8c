/** A file that its authors publish, pinned by its SHA-256. */
export interface PublishedFile {
  readonly url: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** A set in the format of MNIST: a file of images and one of labels for each split. */
export interface IdxSource {
  readonly format: 'idx';
  readonly train: { readonly images: PublishedFile; readonly labels: PublishedFile };
  readonly test: { readonly images: PublishedFile; readonly labels: PublishedFile };
}

/** A set in the binary format of CIFAR: one archive with the files of both splits. */
export interface CifarSource {
  readonly format: 'cifar10' | 'cifar100';
  readonly archive: PublishedFile;
  /** The folder in the archive, and the files of each split in it. */
  readonly folder: string;
  readonly train: readonly string[];
  readonly test: readonly string[];
}

/** Where a published set comes from, and in which format. */
export type PublishedSource = IdxSource | CifarSource;

/** Every file of a published set. */
export function filesOf(source: PublishedSource): readonly PublishedFile[] {
  if (source.format !== 'idx') return [source.archive];
  const { train, test } = source;
  return [train.images, train.labels, test.images, test.labels];
}

/** Bytes and SHA-256 of train images, train labels, test images and test labels. */
export function idxSource(
  base: string,
  known: readonly (readonly [bytes: number, sha256: string])[],
): IdxSource {
  const names = ['train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1'];
  const [trainImages, trainLabels, testImages, testLabels] = names.map((name, i): PublishedFile => {
    const [bytes, sha256] = known[i]!;
    return { url: `${base}/${name}-ubyte.gz`, bytes, sha256 };
  });
  return {
    format: 'idx',
    train: { images: trainImages!, labels: trainLabels! },
    test: { images: testImages!, labels: testLabels! },
  };
}
