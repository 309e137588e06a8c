/** A file that its authors publish, pinned by its SHA-256. */
export interface PublishedFile {
  readonly url: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** The four files of a set in the format of MNIST. */
export type IdxFiles = Readonly<
  Record<'train' | 'test', { readonly images: PublishedFile; readonly labels: PublishedFile }>
>;

// Sizes and hashes are those of the public checksum lists of TensorFlow Datasets.

/** LeCun, Cortes and Burges; the authors' own page no longer serves the files, this is the mirror that most libraries use. */
export const MNIST: IdxFiles = idxFiles('https://storage.googleapis.com/cvdf-datasets/mnist', [
  [9_912_422, '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609'],
  [28_881, '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c'],
  [1_648_877, '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6'],
  [4_542, 'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6'],
]);

/** Xiao, Rasul and Vollgraf; published over http only, which the hashes make safe. */
export const FASHION_MNIST: IdxFiles = idxFiles(
  'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com',
  [
    [26_421_880, '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84'],
    [29_515, 'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845'],
    [4_422_102, '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073'],
    [5_148, '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5'],
  ],
);

/** Clanuwat et al. */
export const KMNIST: IdxFiles = idxFiles('http://codh.rois.ac.jp/kmnist/dataset/kmnist', [
  [18_165_135, '51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4'],
  [29_497, 'e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17'],
  [3_041_136, 'edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5'],
  [5_120, '20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c'],
]);

/** Krizhevsky: binary version. */
export const CIFAR10: PublishedFile = {
  url: 'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz',
  bytes: 170_052_171,
  sha256: 'c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd',
};

/** Krizhevsky: binary version. */
export const CIFAR100: PublishedFile = {
  url: 'https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz',
  bytes: 168_513_733,
  sha256: '58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec',
};

/** Size and hash of train images, train labels, test images, test labels. */
function idxFiles(base: string, known: readonly (readonly [number, string])[]): IdxFiles {
  const names = ['train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1'];
  const [trainImages, trainLabels, testImages, testLabels] = names.map((name, i) => {
    const [bytes, sha256] = known[i]!;
    return { url: `${base}/${name}-ubyte.gz`, bytes, sha256 };
  });
  return {
    train: { images: trainImages!, labels: trainLabels! },
    test: { images: testImages!, labels: testLabels! },
  };
}
