import { IResNetError } from '@iresnet/core';
import { didYouMean } from '@iresnet/core/internal';
import { filesOf, idxSource } from './catalog/published';
import type { DatasetKind, DatasetRecord, ImagesRecord, TableRecord, ToyRecord } from './catalog/record';
import { cifar100Classes } from './data/cifarClasses';
import { digitImages } from './data/digitImages';
import { faithful } from './data/faithful';
import { iris } from './data/iris';
import { quakes } from './data/quakes';
import { toyDefinitions, type Toy2dName } from './toy/definitions';
import { toy2d, toy2dNames } from './toy/toy2d';

const digitClasses = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];
const unstated = 'none stated by its authors';
const krizhevsky = 'Krizhevsky, Learning multiple layers of features from tiny images, 2009';

function tables() {
  return [
    {
      name: 'faithful',
      kind: 'table',
      title: 'eruptions of the Old Faithful geyser',
      count: { train: 272, test: 0 },
      columns: ['eruptions', 'waiting'],
      label: null,
      classes: null,
      source: 'Azzalini and Bowman, Applied Statistics 39, 1990',
      licence: unstated,
      bytes: null,
      load: faithful,
    },
    {
      name: 'iris',
      kind: 'table',
      title: 'flowers of three species',
      count: { train: 150, test: 0 },
      columns: ['Sepal.Length', 'Sepal.Width', 'Petal.Length', 'Petal.Width'],
      label: 'species',
      classes: ['setosa', 'versicolor', 'virginica'],
      source: 'Fisher, Annals of Eugenics 7, 1936; Anderson, 1935',
      licence: unstated,
      bytes: null,
      load: iris,
    },
    {
      name: 'quakes',
      kind: 'table',
      title: 'earthquakes near Fiji since 1964',
      count: { train: 1000, test: 0 },
      columns: ['lat', 'long', 'depth', 'mag', 'stations'],
      label: null,
      classes: null,
      source: 'Harvard PRIM-H project, from a set of Woodhouse',
      licence: unstated,
      bytes: null,
      load: quakes,
    },
  ] as const satisfies readonly TableRecord[];
}

/** Each distribution on the plane states its title next to its density. */
function toys() {
  return toy2dNames.map((name): ToyRecord & { readonly name: Toy2dName } => ({
    name,
    kind: 'toy',
    title: toyDefinitions[name].title,
    count: null,
    columns: ['x', 'y'],
    classes: null,
    source: 'drawn from a known density',
    licence: 'none needed',
    bytes: null,
    load: () => toy2d(name),
  }));
}

const mnistLike = {
  kind: 'images',
  count: { train: 60_000, test: 10_000 },
  shape: [28, 28, 1],
  levels: 256,
  load: null,
} as const;
const cifarLike = {
  kind: 'images',
  count: { train: 50_000, test: 10_000 },
  shape: [32, 32, 3],
  levels: 256,
  source: krizhevsky,
  licence: unstated,
  load: null,
} as const;

// Bytes and hashes of published files are those of the public checksum lists of TensorFlow
// Datasets.
function images() {
  return [
    {
      name: 'digits',
      kind: 'images',
      title: 'small handwritten digits',
      count: { train: 1797, test: 0 },
      shape: [8, 8, 1],
      levels: 17,
      classes: digitClasses,
      source: 'Alpaydin and Kaynak, UCI Machine Learning Repository, 1998, doi 10.24432/C50P49',
      licence: 'CC BY 4.0',
      bytes: null,
      load: digitImages,
      published: null,
    },
    {
      name: 'mnist',
      ...mnistLike,
      title: 'handwritten digits',
      classes: digitClasses,
      source: 'LeCun, Cortes, Burges, The MNIST database of handwritten digits, 1998',
      licence: unstated,
      // The page of the authors does not serve the files any more. This is the mirror that most
      // libraries use.
      ...downloaded(
        idxSource('https://storage.googleapis.com/cvdf-datasets/mnist', [
          [9_912_422, '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609'],
          [28_881, '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c'],
          [1_648_877, '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6'],
          [4_542, 'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6'],
        ]),
      ),
    },
    {
      name: 'fashion-mnist',
      ...mnistLike,
      title: 'clothes',
      classes: [
        'T-shirt/top',
        'Trouser',
        'Pullover',
        'Dress',
        'Coat',
        'Sandal',
        'Shirt',
        'Sneaker',
        'Bag',
        'Ankle boot',
      ],
      source: 'Xiao, Rasul, Vollgraf, Zalando SE, 2017, arXiv 1708.07747',
      licence: 'MIT',
      // It is published over http only, which the hashes make safe.
      ...downloaded(
        idxSource('http://fashion-mnist.s3-website.eu-central-1.amazonaws.com', [
          [26_421_880, '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84'],
          [29_515, 'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845'],
          [4_422_102, '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073'],
          [5_148, '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5'],
        ]),
      ),
    },
    {
      name: 'kmnist',
      ...mnistLike,
      title: 'cursive Japanese syllables',
      classes: ['お', 'き', 'す', 'つ', 'な', 'は', 'ま', 'や', 'れ', 'を'],
      source: 'Clanuwat et al., ROIS-DS CODH, 2018, arXiv 1812.01718',
      licence: 'CC BY-SA 4.0',
      ...downloaded(
        idxSource('http://codh.rois.ac.jp/kmnist/dataset/kmnist', [
          [18_165_135, '51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4'],
          [29_497, 'e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17'],
          [3_041_136, 'edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5'],
          [5_120, '20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c'],
        ]),
      ),
    },
    {
      name: 'cifar10',
      ...cifarLike,
      title: 'small photographs of ten classes',
      classes: ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'],
      ...downloaded({
        format: 'cifar10',
        archive: {
          url: 'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz',
          bytes: 170_052_171,
          sha256: 'c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd',
        },
        folder: 'cifar-10-batches-bin',
        train: [1, 2, 3, 4, 5].map((i) => `data_batch_${i}.bin`),
        test: ['test_batch.bin'],
      }),
    },
    {
      name: 'cifar100',
      ...cifarLike,
      title: 'small photographs of a hundred classes',
      classes: cifar100Classes(),
      ...downloaded({
        format: 'cifar100',
        archive: {
          url: 'https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz',
          bytes: 168_513_733,
          sha256: '58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec',
        },
        folder: 'cifar-100-binary',
        train: ['train.bin'],
        test: ['test.bin'],
      }),
    },
  ] as const satisfies readonly ImagesRecord[];
}

/** The files of a published set and the bytes of its download. */
function downloaded(published: NonNullable<ImagesRecord['published']>) {
  return { published, bytes: filesOf(published).reduce((sum, { bytes }) => sum + bytes, 0) };
}

/** All rows, in the order of the list. */
function allRows() {
  return [...tables(), ...toys(), ...images()] as const;
}

// A pure call: a bundle that does not use the catalogue is free of its data.
const rows = /* @__PURE__ */ allRows();

/** The names of the data sets of one kind, or of all. */
export type DatasetName<K extends DatasetKind = DatasetKind> = Extract<
  (typeof rows)[number],
  { readonly kind: K }
>['name'];

/**
 * Every data set that the packages know, one record for each: its facts, its size, its licence, and
 * how to load it.
 *
 * Tables, distributions on the plane, then images. The facts need no download. A record without
 * `load` is downloaded: `openDataset` of `@iresnet/datasets/node` opens it.
 *
 * @example
 * ```ts
 * import { catalog } from '@iresnet/datasets';
 *
 * for (const { name, kind, title, licence } of catalog) console.log(name, kind, title, licence);
 * ```
 */
export const catalog: readonly DatasetRecord[] = rows;

/**
 * The names of all data sets of a kind, in the order of {@link catalog}.
 *
 * @param kind - `toy`, `table` or `images`; all of them by default.
 *
 * @example
 * ```ts
 * import { datasetNames } from '@iresnet/datasets';
 *
 * console.log(datasetNames('table')); // [ 'faithful', 'iris', 'quakes' ]
 * ```
 */
export function datasetNames<K extends DatasetKind = DatasetKind>(kind?: K): readonly DatasetName<K>[] {
  const chosen = rows.filter((row) => kind === undefined || row.kind === kind);
  return chosen.map(({ name }) => name) as DatasetName<K>[];
}

/**
 * The record of a data set.
 *
 * @param name - One of {@link datasetNames}.
 * @param kind - The kind that it must have; any by default.
 * @throws IResNetError (argument) for another name, with the nearest one.
 *
 * @example
 * ```ts
 * import { datasetRecord } from '@iresnet/datasets';
 *
 * const iris = datasetRecord('iris', 'table');
 * console.log(iris.label, iris.classes?.length, iris.load().rows); // species 3 150
 * ```
 */
export function datasetRecord<K extends DatasetKind = DatasetKind>(
  name: string,
  kind?: K,
): Extract<DatasetRecord, { readonly kind: K }> {
  const names = datasetNames(kind);
  const found = catalog.find((record) => record.name === name && names.some((known) => known === name));
  if (found) return found as Extract<DatasetRecord, { readonly kind: K }>;
  const what = `expected one of ${names.join(', ')}, got '${name}'${didYouMean(name, names)}`;
  throw new IResNetError('argument', 'datasets.datasetRecord', what);
}
