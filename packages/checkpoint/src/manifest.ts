import { IResNetError } from '@iresnet/core';
import { version } from '../package.json';
import { quote } from './header';

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
  /** `hashConfig` of the configuration that was given to `saveCheckpoint`, or null. */
  readonly config: string | null;
  /** Every other file of the checkpoint. */
  readonly files: ReadonlyMap<string, FileRecord>;
}

/** A manifest without the hash of itself, which is that of {@link sealedPart}. */
export type Members = Readonly<Record<string, unknown>>;

/**
 * Whether a name has only letters, digits, `.`, `_`, `-` and does not start with a dot or dash, so
 * that no path can leave the folder.
 */
export function isFileName(name: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9._-]{0,199}$/.test(name) && name !== MANIFEST;
}

/** The members of the manifest of files. */
export function membersOf(files: ReadonlyMap<string, FileRecord>, config: string | null): Members {
  return { format: FORMAT, library: version, config, files: Object.fromEntries(files) };
}

/** The text whose hash seals a manifest. */
export const sealedPart = (members: Members): string => JSON.stringify(members);

/** The text of a manifest. `seal` is the SHA-256 of its {@link sealedPart}. */
export function manifestOf(members: Members, seal: string): string {
  return `${JSON.stringify({ ...members, sha256: seal }, null, 2)}\n`;
}

/**
 * The members of the text of a manifest, which nobody has verified yet.
 *
 * @throws IResNetError of kind `data` for other text, and for a newer layout.
 */
export function parseMembers(text: string, where: string): Members {
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
  const { format, library } = members;
  if (typeof format === 'number' && format > FORMAT) {
    fail(
      `expected format ${FORMAT} or older, got ${format}: written by version ${String(library)}; update @iresnet/checkpoint`,
    );
  }
  return members;
}

/**
 * Verify a manifest.
 *
 * Its last member is the hash of the members before it, and its text must be the one that those
 * members give. So no bit of it can change unseen.
 *
 * @param seal - The SHA-256 of the {@link sealedPart} of `members`.
 * @throws IResNetError of kind `data`.
 */
export function verifyManifest(text: string, members: Members, seal: string, where: string): Manifest {
  const fail = (what: string): never => {
    throw new IResNetError('data', where, what);
  };
  const { format, library, config, files } = members;
  if (text !== manifestOf(members, seal)) fail('expected a manifest that agrees with its own sha256');
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
