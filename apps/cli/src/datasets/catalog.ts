import {
  catalog,
  datasetNames,
  datasetRecord,
  type DatasetName,
  type DatasetRecord,
} from '@iresnet/datasets';
import { isDownloaded } from '@iresnet/datasets/node';

/** A set as the list shows it. */
export interface SetEntry extends Pick<
  DatasetRecord,
  'name' | 'kind' | 'title' | 'count' | 'source' | 'licence'
> {
  /** Of a row or an image. */
  readonly shape: readonly number[];
  readonly classes: number | null;
  /** Whether it can be used without a download. */
  readonly here: boolean;
  /** Bytes of the download; null for a set that ships with the program. */
  readonly download: number | null;
}

/** The sets that are downloaded, in the order of the list. */
export function publishedNames(): readonly DatasetName<'images'>[] {
  return datasetNames('images').filter((name) => datasetRecord(name, 'images').published !== null);
}

/** All sets that the program knows. Looks into the cache. */
export function setEntries(): SetEntry[] {
  return catalog.map((record) => {
    const { name, kind, title, count, classes, source, licence, bytes } = record;
    return {
      name,
      kind,
      count,
      shape: record.kind === 'images' ? record.shape : [record.columns.length],
      classes: classes?.length ?? null,
      title,
      source,
      licence,
      here: record.kind !== 'images' || isDownloaded(name as DatasetName<'images'>),
      download: bytes,
    };
  });
}
