import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { IResNetError } from '@iresnet/core';
import { configText } from '../json';
import { MAX_MANIFEST_BYTES } from '../limits';
import {
  MANIFEST,
  manifestOf,
  membersOf,
  parseMembers,
  sealedPart,
  verifyManifest,
  type Manifest,
} from '../manifest';
import { openToRead, readBytes, type FileSystem } from './fileSystem';

/** SHA-256 in hexadecimal. */
export function sha256(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}

/**
 * SHA-256 of the JSON of a configuration with sorted keys: equal for equal configurations, whatever
 * the order of their keys.
 *
 * Compare it with `manifest.config` before you resume a run, so that it does not go on with other
 * settings.
 *
 * @throws IResNetError of kind `argument` when the configuration holds a value that JSON cannot.
 *
 * @example
 * ```ts
 * import { hashConfig } from '@iresnet/checkpoint/node';
 *
 * const same = hashConfig({ blocks: 4, width: 64 }) === hashConfig({ width: 64, blocks: 4 });
 * console.log(same); // true
 * ```
 */
export function hashConfig(config: object): string {
  return sha256(configText(config, 'checkpoint.hashConfig'));
}

/** The text of the manifest of `files`. */
export function manifestText(files: ReadonlyMap<string, Uint8Array>, config: string | null): string {
  const records = [...files].map(
    ([name, bytes]) => [name, { bytes: bytes.length, sha256: sha256(bytes) }] as const,
  );
  const members = membersOf(new Map(records), config);
  return manifestOf(members, sha256(sealedPart(members)));
}

/**
 * The text of the manifest of a folder.
 *
 * @throws The errors of the file system; IResNetError of kind `data` for a text that is too long.
 */
export async function readManifest(fs: FileSystem, dir: string, where: string): Promise<string> {
  const file = await openToRead(fs, join(dir, MANIFEST));
  try {
    const { size } = await file.stat();
    if (size > MAX_MANIFEST_BYTES)
      throw new IResNetError('data', where, `expected at most ${MAX_MANIFEST_BYTES} bytes, got ${size}`);
    return new TextDecoder().decode(await readBytes(file, size));
  } finally {
    await file.close();
  }
}

/**
 * Parse and verify a manifest.
 *
 * @throws IResNetError of kind `data`.
 */
export function parseManifest(text: string, where: string): Manifest {
  const members = parseMembers(text, where);
  return verifyManifest(text, members, sha256(sealedPart(members)), where);
}
