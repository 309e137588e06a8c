import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { IResNetError } from '@iresnet/core';
import { ensure } from '@iresnet/core/internal';
import { cacheDir } from './cacheDir';
import { download } from './download';
import type { DownloadOptions } from './downloadOptions';
import { attempt } from './failure';
import { gunzip, isGzip } from './gunzip';
import { readWhole } from './readWhole';
import type { PublishedFile } from '../catalog/published';

/** Gzip adds at most so many bytes to content that it cannot compress. */
const GZIP_BYTES = 2 ** 16;

/** Which part of a published set to load, and from where. */
export interface LoadOptions extends Pick<DownloadOptions, 'onProgress' | 'signal' | 'fetch'> {
  readonly split: 'train' | 'test';
  /**
   * A folder with the files under their published names, compressed or not. It is searched first.
   * The files may hold fewer images than the published ones. Nothing is written there. Without a
   * file of the split, the cache is used.
   */
  readonly dir?: string;
}

/** Bytes of a file, decompressed. */
export interface LoadedFile {
  /** The path, for errors. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

export function checkSplit(split: unknown, where: string): void {
  ensure(
    split === 'train' || split === 'test',
    where,
    () => `expected split 'train' or 'test', got ${JSON.stringify(split)}`,
  );
}

/** The names in the folder of the user; none if no folder is given. */
export async function namesIn(dir: string | undefined): Promise<ReadonlySet<string>> {
  return new Set(dir === undefined ? [] : await attempt('list', dir, () => readdir(dir)));
}

/**
 * A file, decompressed when its first bytes are those of gzip. It may have at most `limit` bytes
 * then.
 */
export async function loadFile(path: string, limit: number): Promise<LoadedFile> {
  const bytes = await readWhole(path, limit + GZIP_BYTES);
  if (isGzip(bytes)) return { path, bytes: await gunzip(bytes, limit, path) };
  if (bytes.length > limit)
    throw new IResNetError('data', path, `expected at most ${limit} bytes, got ${bytes.length}`);
  return { path, bytes };
}

/** A published file from the cache. It is downloaded into the cache if it is not there. */
export async function loadPublished(
  published: PublishedFile,
  folder: string,
  limit: number,
  options: LoadOptions,
): Promise<LoadedFile> {
  const { url, bytes, sha256 } = published;
  const { onProgress, signal, fetch } = options;
  const path = join(cacheDir(), folder, basename(new URL(url).pathname));
  try {
    await download(url, path, {
      bytes,
      sha256,
      ...(onProgress && { onProgress }),
      ...(signal && { signal }),
      ...(fetch && { fetch }),
    });
  } catch (error) {
    const isDisk = error instanceof IResNetError && error.context.code !== undefined;
    if (!isDisk) throw error;
    const what = `expected a cache that can be written, got: ${error.message}; set IRESNET_CACHE to another folder`;
    throw new IResNetError('data', cacheDir(), what, error.context, { cause: error });
  }
  return loadFile(path, limit);
}
