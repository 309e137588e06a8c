import { join, resolve } from 'node:path';
import { IResNetError } from '@iresnet/core';
import { checkOptions, described, ensure } from '@iresnet/core/internal';
import { codeOf } from '@iresnet/core/node';
import { quote } from '../header';
import { MANIFEST, isFileName } from '../manifest';
import {
  besideName,
  ioError,
  machineFileSystem,
  makeFolders,
  parentOf,
  syncFolder,
  writeSynced,
  type FileSystem,
  type FileSystemOptions,
} from './fileSystem';
import { hashConfig, manifestText, parseManifest, readManifest } from './manifest';
import { sweepBeside } from './sweep';

const WHERE = 'checkpoint.saveCheckpoint';

/** Options of {@link saveCheckpoint}. */
export interface SaveCheckpointOptions extends FileSystemOptions {
  /** The configuration whose `hashConfig` is written to the manifest. */
  readonly config?: object;
}

/**
 * Write a folder of files so that a crash at any moment, power cuts included, leaves the folder
 * complete or as it was.
 *
 * The files are written to `NAME.tmp-<pid>-<random>` with an fsync each, then `manifest.json` with
 * their sizes and SHA-256. The folder is renamed to its name and the parent folder is synced. On
 * failure all of it is undone. A `SIGKILL` leaves a temporary folder, which the next save to the
 * same name removes, or `sweep`.
 *
 * A folder that exists is replaced: it moves to `NAME.old-<pid>-<random>` just before the new one
 * takes its name. `loadCheckpoint` looks there too, so it finds the old or the new one at every
 * instant. A program that opens the path itself can miss both for that moment.
 *
 * On Windows the parent cannot be synced. There the replacement fails, with the old folder intact,
 * while another process holds one of its files open: use new names only (`step-00001200`).
 *
 * @param dir - The folder to make. Missing parents are made.
 * @param files - Bytes or text by plain file name (letters, digits, `.`, `_`, `-`).
 * @throws IResNetError of kind `data` when a system call fails, naming path and reason; of kind
 * `argument` for other file names, for content that is not bytes or text, or when `dir` is a folder
 * with files that do not belong to a checkpoint and would be lost.
 *
 * @example
 * ```ts
 * import { mkdtempSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { loadCheckpoint, saveCheckpoint } from '@iresnet/checkpoint/node';
 *
 * const dir = join(mkdtempSync(join(tmpdir(), 'iresnet-')), 'step-00000100');
 * await saveCheckpoint(dir, { 'state.json': JSON.stringify({ step: 100 }) });
 * const { files } = await loadCheckpoint(dir);
 * console.log(new TextDecoder().decode(files.get('state.json')));
 * ```
 */
export async function saveCheckpoint(
  dir: string,
  files: Readonly<Record<string, Uint8Array | string>>,
  options: SaveCheckpointOptions = {},
): Promise<void> {
  checkOptions(WHERE, options, { fs: true, config: true });
  const { fs = machineFileSystem, config } = options;
  const contents = new Map<string, Uint8Array>();
  for (const [name, content] of Object.entries(files)) {
    ensure(
      isFileName(name),
      WHERE,
      () => `expected a plain file name other than ${MANIFEST}, got ${quote(name)}`,
    );
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    ensure(
      bytes instanceof Uint8Array,
      WHERE,
      () => `expected text or bytes for ${quote(name)}, got ${described(content)}`,
    );
    contents.set(name, bytes);
  }
  const manifest = manifestText(contents, config === undefined ? null : hashConfig(config));

  const target = resolve(dir); // without a trailing slash
  const temporary = besideName(target, 'tmp');
  const aside = besideName(target, 'old');
  const undo: (() => Promise<unknown>)[] = [];
  let replaced = false;
  try {
    await makeFolders(fs, parentOf(target));
    await sweepBeside(fs, target);
    await fs.mkdir(temporary, { recursive: false });
    undo.push(() => fs.rm(temporary, { recursive: true, force: true }));
    for (const [name, bytes] of contents) await writeSynced(fs, join(temporary, name), bytes);
    await writeSynced(fs, join(temporary, MANIFEST), new TextEncoder().encode(manifest));
    await syncFolder(fs, temporary);

    replaced = await isReplaceable(fs, target, contents);
    if (replaced) {
      await fs.rename(target, aside);
      undo.push(() => fs.rename(aside, target));
    }
    await fs.rename(temporary, target);
    undo.push(() => fs.rename(target, temporary));
    await syncFolder(fs, parentOf(target));
  } catch (error) {
    for (const step of undo.reverse()) await step().catch(() => undefined);
    throw ioError(WHERE, 'write', dir, error);
  }
  // The save is done. `sweep` removes the old folder if it cannot be removed now.
  if (replaced) await fs.rm(aside, { recursive: true, force: true }).catch(() => undefined);
}

/**
 * Whether there is a checkpoint at `dir`. Throws when there is something else: a mistyped path must
 * not cost anyone's files.
 */
async function isReplaceable(
  fs: FileSystem,
  dir: string,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<boolean> {
  let names: string[];
  try {
    names = await fs.readdir(dir);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
  const own = new Set([MANIFEST, ...files.keys()]);
  if (names.includes(MANIFEST)) {
    for (const name of listedIn(await readManifest(fs, dir, dir))) own.add(name);
  }
  const foreign = names.filter((name) => !own.has(name));
  if (foreign.length > 0) {
    const some = foreign.slice(0, 3).map(quote).join(', ');
    throw new IResNetError(
      'argument',
      WHERE,
      `expected a new name or a checkpoint, got ${dir} with ${some} in it`,
    );
  }
  return true;
}

/** The files of a manifest. None when it is corrupt, since a corrupt checkpoint may be replaced. */
function listedIn(manifest: string): Iterable<string> {
  try {
    return parseManifest(manifest, WHERE).files.keys();
  } catch {
    return [];
  }
}
