import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { faithful, iris, quakes, toy2dNames } from '@iresnet/datasets';
import { cacheDir } from '@iresnet/datasets/node';
import { embeddedNames } from '../config';
import type { imageSetNames } from '../image/config';

/** What there is to know of a set. */
export interface SetEntry {
  readonly name: string;
  readonly kind: 'table' | 'toy' | 'images';
  /** Rows or images; null for a set that is drawn without end. */
  readonly count: { readonly train: number; readonly test: number } | null;
  /** Of a row or an image. */
  readonly shape: readonly number[];
  readonly classes: number | null;
  readonly source: string;
  readonly licence: string;
  /** Whether it can be used without a download. */
  readonly here: boolean;
  /** Bytes of the download; null for a set that ships with the program. */
  readonly download: number | null;
}

/** Names of the sets that are downloaded. */
export type PublishedName = Exclude<(typeof imageSetNames)[number], 'digits'>;

interface Published extends Pick<
  SetEntry,
  'count' | 'shape' | 'classes' | 'source' | 'licence' | 'download'
> {
  /** Files in the folder of the set within the cache. */
  readonly files: readonly string[];
}

const idxFiles = ['train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1'].map(
  (name) => `${name}-ubyte.gz`,
);
const mnistLike = {
  count: { train: 60_000, test: 10_000 },
  shape: [28, 28, 1],
  classes: 10,
  files: idxFiles,
};
const cifarLike = { count: { train: 50_000, test: 10_000 }, shape: [32, 32, 3] };
const krizhevsky = 'Krizhevsky, Learning multiple layers of features from tiny images, 2009';
const unstated = 'none stated by its authors';

const published: Readonly<Record<PublishedName, Published>> = {
  mnist: {
    ...mnistLike,
    source: 'LeCun, Cortes, Burges, The MNIST database of handwritten digits, 1998',
    licence: unstated,
    download: 11_594_722,
  },
  'fashion-mnist': {
    ...mnistLike,
    source: 'Xiao, Rasul, Vollgraf, Zalando SE, 2017, arXiv 1708.07747',
    licence: 'MIT',
    download: 30_878_645,
  },
  kmnist: {
    ...mnistLike,
    source: 'Clanuwat et al., ROIS-DS CODH, 2018, arXiv 1812.01718',
    licence: 'CC BY-SA 4.0',
    download: 21_240_888,
  },
  cifar10: {
    ...cifarLike,
    classes: 10,
    files: ['cifar-10-binary.tar.gz'],
    source: krizhevsky,
    licence: unstated,
    download: 170_052_171,
  },
  cifar100: {
    ...cifarLike,
    classes: 100,
    files: ['cifar-100-binary.tar.gz'],
    source: krizhevsky,
    licence: unstated,
    download: 168_513_733,
  },
};

/** The sets that are downloaded, in the order of the list. */
export const publishedNames = Object.keys(published) as PublishedName[];

const embeddedTables = { faithful, iris, quakes } as const;
const tableSources: Readonly<Record<keyof typeof embeddedTables, string>> = {
  faithful: 'Azzalini and Bowman, 1990: eruptions of the Old Faithful geyser',
  iris: 'Fisher, 1936; Anderson, 1935: flowers of three species',
  quakes: 'Harvard PRIM-H project: earthquakes near Fiji since 1964',
};

/** All sets that the program knows. Looks into the cache. */
export function catalog(): SetEntry[] {
  const ships = { here: true, download: null };
  return [
    ...embeddedNames.map((name): SetEntry => {
      const { rows, columns } = embeddedTables[name]();
      const count = { train: rows, test: 0 };
      const licence = unstated;
      return {
        name,
        kind: 'table',
        count,
        shape: [columns.length],
        classes: null,
        source: tableSources[name],
        licence,
        ...ships,
      };
    }),
    ...toy2dNames.map((name): SetEntry => {
      return {
        name,
        kind: 'toy',
        count: null,
        shape: [2],
        classes: null,
        source: 'drawn from a known density',
        licence: 'none needed',
        ...ships,
      };
    }),
    {
      name: 'digits',
      kind: 'images',
      count: { train: 1797, test: 0 },
      shape: [8, 8, 1],
      classes: 10,
      source: 'Alpaydin and Kaynak, UCI Machine Learning Repository, 1998, doi 10.24432/C50P49',
      licence: 'CC BY 4.0',
      ...ships,
    },
    ...publishedNames.map((name): SetEntry => {
      const { files, ...rest } = published[name];
      return {
        name,
        kind: 'images',
        ...rest,
        here: files.every((file) => existsSync(join(folderOf(name), file))),
      };
    }),
  ];
}

/** Where the files of a set are kept. */
export function folderOf(name: PublishedName): string {
  return join(cacheDir(), name);
}
