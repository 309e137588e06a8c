import { basename, join, resolve } from 'node:path';
import { IResNetError } from '@iresnet/core';
import {
  ioError,
  machineFileSystem,
  namesIn,
  parentOf,
  parseBesideName,
  type FileSystem,
  type FileSystemOptions,
} from './fileSystem';
import { MANIFEST, parseManifest, sha256, type Manifest } from './manifest';

/** A folder whose every byte agreed with its manifest. */
export interface Checkpoint {
  /** The folder. */
  readonly dir: string;
  readonly manifest: Manifest;
  /** The files that the manifest lists. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** How often a folder may be replaced while it is being read, before that is an error. */
const ATTEMPTS = 8;

/**
 * Read a folder that `saveCheckpoint` wrote and verify the size and SHA-256 of every file: a flipped bit anywhere is found.
 *
 * Safe beside a save to the same name, also in another process: what it returns is the old folder or the new one, never a mixture. Files
 * that the manifest does not list are ignored. Reads everything into memory.
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
  const { fs = machineFileSystem } = options;
  const target = resolve(dir);
  for (let attempt = 1; ; attempt++) {
    const before = await manifestOf(fs, target);
    try {
      return await verify(fs, target, dir);
    } catch (error) {
      // A failure counts only when nobody replaced the folder meanwhile; a replacement by equal files shows as a missing one.
      const found = before === undefined ? await readAside(fs, target, dir) : undefined;
      if (found) return found;
      const missing = error instanceof IResNetError && error.context.code === 'ENOENT';
      const steady = !missing && (await manifestOf(fs, target)) === before;
      if (steady || attempt === ATTEMPTS) throw error;
    }
  }
}

/** Options of {@link latestCheckpoint}. */
export interface LatestCheckpointOptions extends FileSystemOptions {
  /** Told of every newer folder that did not verify, and why. */
  readonly onSkip?: (dir: string, error: IResNetError) => void;
}

/**
 * The newest checkpoint in `root` that verifies, or undefined when there is none.
 *
 * Newest is last by name, with digits compared as numbers (`step-9` before `step-10`): clocks and copied folders do not matter. No pointer
 * file is trusted. A folder that fails is passed over and `onSkip` told, so that a run resumes from the one before.
 *
 * @param root - The folder that holds the checkpoints; it may be missing.
 * @throws IResNetError of kind `data` when `root` cannot be listed.
 *
 * @example
 * ```ts
 * import { mkdtempSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { latestCheckpoint, saveCheckpoint } from '@iresnet/checkpoint/node';
 *
 * const root = mkdtempSync(join(tmpdir(), 'iresnet-'));
 * for (const step of [100, 200]) await saveCheckpoint(join(root, `step-${step}`), { 'state.json': `{"step": ${step}}` });
 * const newest = await latestCheckpoint(root, { onSkip: (dir, error) => console.warn(`skipped ${dir}: ${error.message}`) });
 * console.log(newest?.dir);
 * ```
 */
export async function latestCheckpoint(
  root: string,
  options: LatestCheckpointOptions = {},
): Promise<Checkpoint | undefined> {
  const { fs = machineFileSystem, onSkip } = options;
  let names: string[];
  try {
    names = await namesIn(fs, root);
  } catch (error) {
    throw ioError('checkpoint.latestCheckpoint', 'list', root, error);
  }
  // A folder that a crash left moved aside still counts under its own name.
  const bases = names.flatMap((name) => {
    const beside = parseBesideName(name);
    return beside ? (beside.role === 'old' ? [beside.base] : []) : [name];
  });
  const { compare } = new Intl.Collator('en', { numeric: true });
  for (const name of [...new Set(bases)].sort(compare).reverse()) {
    const dir = join(root, name);
    const entry = await fs.stat(dir).catch(() => undefined);
    if (entry?.isDirectory() === false) continue; // a log file, say
    try {
      return await loadCheckpoint(dir, { fs });
    } catch (error) {
      onSkip?.(dir, error as IResNetError);
    }
  }
  return undefined;
}

async function verify(fs: FileSystem, dir: string, name: string): Promise<Checkpoint> {
  const manifest = parseManifest(
    new TextDecoder().decode(await read(fs, join(dir, MANIFEST))),
    join(name, MANIFEST),
  );
  const files = new Map<string, Uint8Array>();
  for (const [file, expected] of manifest.files) {
    const bytes = await read(fs, join(dir, file));
    const where = join(name, file);
    if (bytes.length !== expected.bytes) {
      throw new IResNetError('data', where, `expected ${expected.bytes} bytes, got ${bytes.length}`);
    }
    const got = sha256(bytes);
    if (got !== expected.sha256) {
      throw new IResNetError('data', where, `expected sha256 ${expected.sha256}, got ${got}`);
    }
    files.set(file, bytes);
  }
  return { dir: name, manifest, files };
}

/** The folder where a save, running or killed, has moved it for the moment. */
async function readAside(fs: FileSystem, target: string, name: string): Promise<Checkpoint | undefined> {
  const parent = parentOf(target);
  const names = await namesIn(fs, parent).catch(() => []);
  for (const entry of names) {
    const beside = parseBesideName(entry);
    if (beside?.role !== 'old' || beside.base !== basename(target)) continue;
    const found = await verify(fs, join(parent, entry), name).catch(() => undefined);
    if (found) return found;
  }
  return undefined;
}

async function read(fs: FileSystem, path: string): Promise<Uint8Array> {
  try {
    return await fs.readFile(path);
  } catch (error) {
    throw ioError('checkpoint.loadCheckpoint', 'read', path, error);
  }
}

async function manifestOf(fs: FileSystem, dir: string): Promise<string | undefined> {
  return fs.readFile(join(dir, MANIFEST)).then(
    (bytes) => new TextDecoder().decode(bytes),
    () => undefined,
  );
}
