import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { IResNetError } from '@iresnet/core';
import { version } from '../../package.json';
import { quote } from '../header';
import { configText } from '../json';
import { MAX_MANIFEST_BYTES } from '../limits';
import { openToRead, readBytes, type FileSystem } from './fileSystem';

/** The name of the file that makes a folder a checkpoint. */
export const MANIFEST = 'manifest.json';

/** The layout of folders that this version writes, and the newest that it reads. */
const FORMAT = 1;

/** Size and SHA-256 (hexadecimal) of one file. */
export interface FileRecord {
  readonly bytes: number;
  readonly sha256: string;
}

/** The content of `manifest.json`. */
export interface Manifest {
  /** Version of the layout. */
  readonly format: number;
  /** Version of `@iresnet/checkpoint` that wrote the folder. */
  readonly library: string;
  /** {@link hashConfig} of the configuration that was given to `saveCheckpoint`, or null. */
  readonly config: string | null;
  /** Every other file of the checkpoint. */
  readonly files: ReadonlyMap<string, FileRecord>;
}

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

/**
 * Whether a name has only letters, digits, `.`, `_`, `-` and does not start with a dot or dash, so
 * that no path can leave the folder.
 */
export function isFileName(name: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9._-]{0,199}$/.test(name) && name !== MANIFEST;
}

/** The text of the manifest of `files`. */
export function manifestText(files: ReadonlyMap<string, Uint8Array>, config: string | null): string {
  const records = [...files].map(
    ([name, bytes]) => [name, { bytes: bytes.length, sha256: sha256(bytes) }] as const,
  );
  return sealed({ format: FORMAT, library: version, config, files: Object.fromEntries(records) });
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
 * Its last member is the hash of the members before it, and its text must be the one that those
 * members give. So no bit of it can change unseen.
 *
 * @throws IResNetError of kind `data`.
 */
export function parseManifest(text: string, where: string): Manifest {
  const fail = (what: string): never => {
    throw new IResNetError('data', where, what);
  };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fail(`expected JSON, got ${quote(text)}`);
  }
  if (typeof value !== 'object' || value === null) return fail('expected a JSON object');
  const { sha256: _seal, ...members } = value as Record<string, unknown>;
  const { format, library, config, files } = members;
  if (typeof format === 'number' && format > FORMAT) {
    fail(
      `expected format ${FORMAT} or older, got ${format}: written by version ${String(library)}; update @iresnet/checkpoint`,
    );
  }
  if (text !== sealed(members)) fail('expected a manifest that agrees with its own sha256');
  if (format !== FORMAT) fail(`expected format ${FORMAT}, got ${String(format)}`);

  if (typeof files !== 'object' || files === null || typeof (config ?? '') !== 'string')
    fail('expected files and a hash');
  const records = new Map<string, FileRecord>();
  for (const [name, record] of Object.entries(files as Record<string, FileRecord | null>)) {
    if (!isFileName(name)) fail(`expected plain file names, got ${quote(name)}`);
    if (!Number.isSafeInteger(record?.bytes) || record!.bytes < 0 || typeof record?.sha256 !== 'string') {
      return fail(`expected bytes and sha256 of ${quote(name)}`);
    }
    records.set(name, record);
  }
  return { format: FORMAT, library: String(library), config: config as string | null, files: records };
}

function sealed(members: object): string {
  const seal = sha256(JSON.stringify(members));
  return `${JSON.stringify({ ...members, sha256: seal }, null, 2)}\n`;
}
