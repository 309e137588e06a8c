import type { LabelledTable, Table, Toy2d } from '@iresnet/datasets';
import type { LabelledImages } from '../source/imageSource';
import type { DataConfig } from './config';

/** Data as it lies in its files, before it is cut into parts. */
export type LoadedData = LoadedTable | LoadedImages;

/** Rows with their name. */
export type LoadedTable =
  | { readonly kind: 'plane'; readonly title: string; readonly toy: Toy2d }
  | {
      readonly kind: 'table';
      readonly title: string;
      readonly table: Table & Partial<LabelledTable>;
      /** Rows to be judged on, where they come apart. */
      readonly test?: Table & Partial<LabelledTable>;
      /** The file that it was read from, where it is one. */
      readonly data?: Extract<DataConfig, { kind: 'file' }>;
    };

/** Images with their name. */
export type LoadedImages = LabelledImages & {
  readonly kind: 'images';
  readonly title: string;
  /** The folder of pictures, where they are not a published set. */
  readonly folder?: string;
  /** Folders within it that hold no pictures. */
  readonly empty?: readonly string[];
};
