import type { ImageSet } from '../image/imageSet';
import type { LabelledTable, Table } from '../table/table';
import type { Toy2d } from '../toy/contract';
import type { PublishedSource } from './published';

/** What a data set is made of: points drawn from a known density, rows of numbers, or images. */
export type DatasetKind = 'toy' | 'table' | 'images';

/** Facts of every data set. */
interface Facts {
  /** The name on a command line and in a configuration. */
  readonly name: string;
  /** What it holds, in a few words. */
  readonly title: string;
  /** Names of the classes in the order of their numbers; null without classes. */
  readonly classes: readonly string[] | null;
  /** Who made it, and where it was published. */
  readonly source: string;
  readonly licence: string;
  /** Bytes of the download; null for a set that ships with the package. */
  readonly bytes: number | null;
}

/** A distribution on the plane. */
export interface ToyRecord extends Facts {
  readonly kind: 'toy';
  /** It is drawn without end. */
  readonly count: null;
  readonly columns: readonly ['x', 'y'];
  /** Makes the distribution. */
  readonly load: () => Toy2d;
}

/** A table that ships with the package. */
export interface TableRecord extends Facts {
  readonly kind: 'table';
  /** Rows. A table has no test rows of its own: `test` is 0. */
  readonly count: { readonly train: number; readonly test: number };
  readonly columns: readonly string[];
  /** The column of the classes, apart from `columns`; null without classes. */
  readonly label: string | null;
  /** A new table at each call. */
  readonly load: () => Table | LabelledTable;
}

/** A set of images. */
export interface ImagesRecord extends Facts {
  readonly kind: 'images';
  /** Images. `test` is 0 for a set without test images of its own. */
  readonly count: { readonly train: number; readonly test: number };
  /** Height, width, channels. */
  readonly shape: ImageSet['shape'];
  /** How many values a pixel can take. */
  readonly levels: number;
  readonly classes: readonly string[];
  /**
   * A new set at each call; null for a set that is downloaded, which `openDataset` of
   * `@iresnet/datasets/node` opens.
   */
  readonly load: (() => ImageSet) | null;
  /** Its files; null for a set that ships with the package. */
  readonly published: PublishedSource | null;
}

/** What there is to know of a data set. */
export type DatasetRecord = ToyRecord | TableRecord | ImagesRecord;
