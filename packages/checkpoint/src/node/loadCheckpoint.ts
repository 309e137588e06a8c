import { basename, join, resolve } from 'node:path';
import { IResNetError } from '@iresnet/core';
import { checkOptions } from '@iresnet/core/internal';
import {
  ioError,
  machineFileSystem,
  namesIn,
  openToRead,
  parentOf,
  parseBesideName,
  readBytes,
  type FileSystem,
  type FileSystemOptions,
  type OpenFile,
} from './fileSystem';
import { MAX_CHECKPOINT_BYTES } from '../limits';
import { MANIFEST, type FileRecord, type Manifest } from '../manifest';
import { parseManifest, readManifest, sha256 } from './manifest';

/** The content of a folder, every byte of which agreed with its manifest. */
export interface Checkpoint {
  /** The folder. */
  readonly dir: string;
  readonly manifest: Manifest;
  /** The files that the manifest lists. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** How often opening is tried again when the folder is replaced meanwhile. */
const ATTEMPTS = 20;

/**
 * Read a folder that `saveCheckpoint` wrote, and verify the size and SHA-256 of every file, so that
 * a flipped bit anywhere is found.
 *
 * It is safe while a save to the same name runs, also in another process: it returns the old folder
 * or the new one, never a mixture. Files that the manifest does not list are ignored. Everything is
 * read into memory, 2 GiB at most: the manifest says how much, and a file of another size is
 * refused unread, as is what is not a file.
 *
 * @throws IResNetError of kind `data` that names the file and the reason.
 *
 * @example
 * ```ts
 * import { mkdtempSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { loadCheckpoint, saveCheckpoint } from '@iresnet/checkpoint/node';
 *
 * const dir = join(mkdtempSync(join(tmpdir(), 'iresnet-')), 'step-00000100');
 * await saveCheckpoint(dir, { 'state.json': '{"step": 100}' });
 * const { files, manifest } = await loadCheckpoint(dir);
 * console.log([...files.keys()], manifest.library);
 * ```
 */
export async function loadCheckpoint(dir: string, options: FileSystemOptions = {}): Promise<Checkpoint> {
  checkOptions('checkpoint.loadCheckpoint', options, { fs: true });
  const { fs = machineFileSystem } = options;
  const target = resolve(dir);
  for (let tried = 1; ; tried++) {
    try {
      return await readFolder(fs, target, dir);
    } catch (error) {
      // A folder is missing while it is being replaced. All other errors are of the folder itself.
      if (!isMissing(error) || tried === ATTEMPTS) throw error;
      const aside = (await hasManifest(fs, target)) ? undefined : await readAside(fs, target, dir);
      if (aside) return aside;
    }
  }
}

/**
 * Open every file before reading any. An open file stays the same whatever happens to its name, so
 * a folder whose manifest is the same before and after the opening is read as a whole.
 */
async function readFolder(fs: FileSystem, dir: string, name: string): Promise<Checkpoint> {
  const readText = () => attempt(join(dir, MANIFEST), () => readManifest(fs, dir, join(name, MANIFEST)));
  const text = await readText();
  const manifest = parseManifest(text, join(name, MANIFEST));
  checkTotal(manifest, name);
  const handles = new Map<string, OpenFile>();
  try {
    for (const file of manifest.files.keys()) {
      handles.set(file, await attempt(join(dir, file), () => openToRead(fs, join(dir, file))));
    }
    if ((await readText()) !== text)
      throw new IResNetError('data', name, 'expected a folder that is not replaced while it is opened', {
        code: 'ENOENT',
      });

    const files = new Map<string, Uint8Array>();
    for (const [file, handle] of handles) {
      const record = manifest.files.get(file)!;
      const bytes = await attempt(join(dir, file), async () => {
        const { size } = await handle.stat();
        checkSize(size, record, join(name, file));
        return readBytes(handle, record.bytes);
      });
      verify(bytes, record, join(name, file));
      files.set(file, bytes);
    }
    return { dir: name, manifest, files };
  } finally {
    for (const handle of handles.values()) await handle.close().catch(() => undefined);
  }
}

function checkTotal({ files }: Manifest, where: string): void {
  const total = [...files.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  if (total > MAX_CHECKPOINT_BYTES)
    throw new IResNetError('data', where, `expected at most ${MAX_CHECKPOINT_BYTES} bytes, got ${total}`);
}

function checkSize(bytes: number, expected: FileRecord, where: string): void {
  if (bytes !== expected.bytes)
    throw new IResNetError('data', where, `expected ${expected.bytes} bytes, got ${bytes}`);
}

function verify(bytes: Uint8Array, expected: FileRecord, where: string): void {
  checkSize(bytes.length, expected, where);
  const got = sha256(bytes);
  if (got !== expected.sha256) {
    throw new IResNetError('data', where, `expected sha256 ${expected.sha256}, got ${got}`);
  }
}

/** The content of a folder that a save, running or killed, has moved aside. */
async function readAside(fs: FileSystem, target: string, name: string): Promise<Checkpoint | undefined> {
  const parent = parentOf(target);
  const names = await namesIn(fs, parent).catch(() => []);
  const asides = names.filter((entry) => {
    const beside = parseBesideName(entry);
    return beside?.role === 'old' && beside.base === basename(target);
  });
  for (const entry of await newestFirst(fs, parent, asides)) {
    const found = await readFolder(fs, join(parent, entry), name).catch(() => undefined);
    if (found) return found;
  }
  return undefined;
}

/**
 * Folders by the time of their manifest, newest first, without those that have none. The time of
 * the folder itself changes while it is being removed.
 */
export async function newestFirst(
  fs: FileSystem,
  parent: string,
  names: readonly string[],
): Promise<string[]> {
  const dated = await Promise.all(
    names.map(async (name) => {
      const entry = await fs.stat(join(parent, name, MANIFEST)).catch(() => undefined);
      return { name, time: entry?.mtimeMs };
    }),
  );
  return dated
    .filter(({ time }) => time !== undefined)
    .sort((a, b) => b.time! - a.time!)
    .map(({ name }) => name);
}

async function hasManifest(fs: FileSystem, dir: string): Promise<boolean> {
  return fs.stat(join(dir, MANIFEST)).then(
    () => true,
    () => false,
  );
}

async function attempt<T>(path: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw ioError('checkpoint.loadCheckpoint', 'read', path, error);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof IResNetError && error.context.code === 'ENOENT';
}
