import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import * as nodeFileSystem from 'node:fs/promises';
import { dirname } from 'node:path';
import { IResNetError } from '@iresnet/core';
import { codeOf, ioReason } from '@iresnet/core/node';

/**
 * The calls that a save or a load makes. `node:fs/promises` has them all; another implementation
 * can inject faults or keep files elsewhere.
 */
export interface FileSystem {
  /** Make a folder, with those above it. */
  mkdir(path: string, options: { recursive: boolean }): Promise<unknown>;
  /** Open a file; `wx` makes a new one, with the permissions of `mode`. */
  open(path: string, flags: string | number, mode?: number): Promise<OpenFile>;
  /** Move a file or folder in one step. */
  rename(from: string, to: string): Promise<void>;
  /** Remove a file or folder. */
  rm(path: string, options: { recursive: boolean; force: boolean }): Promise<void>;
  /** The names in a folder. */
  readdir(path: string): Promise<string[]>;
  /** What stands at a path, behind all links. */
  stat(path: string): Promise<FileStatus>;
  /** Where a link leads; fails with EINVAL where there is something else. */
  readlink(path: string): Promise<string>;
}

/** The result of {@link FileSystem.stat}. */
export interface FileStatus {
  /** Milliseconds since 1970 at the last change. */
  readonly mtimeMs: number;
  /** Bytes of a file. */
  readonly size: number;
  /** Permissions, in the lowest nine bits. */
  readonly mode: number;
  /** Whether it is a folder. */
  isDirectory(): boolean;
  /** Whether it is a file, and not a folder, a pipe or a device. */
  isFile(): boolean;
}

/** An open file of a {@link FileSystem}. */
export interface OpenFile {
  /** What was opened. */
  stat(): Promise<FileStatus>;
  /** Read at most `length` bytes from `position` on to `offset`; 0 at the end. */
  read(
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ readonly bytesRead: number }>;
  /** Write all bytes behind those that were written before. */
  writeFile(bytes: Uint8Array): Promise<void>;
  /** Wait until the bytes are on the device. */
  sync(): Promise<void>;
  /** Close the handle. */
  close(): Promise<void>;
}

/** Where to read and write: the options of every function of this entry. */
export interface FileSystemOptions {
  /** Default: `node:fs/promises`. */
  readonly fs?: FileSystem;
}

/** The file system of the machine. */
export const machineFileSystem: FileSystem = nodeFileSystem;

/**
 * Make a folder and those above it. Node's own recursion never ends where the system denies that a
 * folder is missing, as in /proc.
 */
export async function makeFolders(fs: FileSystem, path: string): Promise<void> {
  const make = (): Promise<unknown> => fs.mkdir(path, { recursive: false });
  try {
    await make().catch(async (error: unknown) => {
      if (codeOf(error) !== 'ENOENT' || dirname(path) === path) throw error;
      await makeFolders(fs, dirname(path));
      await make();
    });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

/** Reading, without waiting for the other end of a pipe. Windows has no such flag. */
const READ = constants.O_RDONLY | ((constants as Partial<typeof constants>).O_NONBLOCK ?? 0);

/**
 * Open a file to read it. What is not a file is refused: a pipe may never answer and a device never
 * end.
 */
export async function openToRead(fs: FileSystem, path: string): Promise<OpenFile> {
  const file = await fs.open(path, READ);
  try {
    const entry = await file.stat();
    if (entry.isFile() || entry.isDirectory()) return file; // reading a folder says that it is one
    throw Object.assign(new Error('not a file'), { code: 'ENOTFILE', path });
  } catch (error) {
    await file.close().catch(() => undefined);
    throw error;
  }
}

/** The first `length` bytes of a file, or all of a shorter one. */
export async function readBytes(file: OpenFile, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let at = 0;
  while (at < length) {
    const { bytesRead } = await file.read(bytes, at, length - at, at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return bytes.subarray(0, at);
}

/** Write a new file and wait until it is on the device. */
export async function writeSynced(fs: FileSystem, path: string, bytes: Uint8Array): Promise<void> {
  const file = await fs.open(path, 'wx');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Wait until the entries of a folder are on the device, so that a rename in it survives a power
 * cut. Windows cannot do this, and some network file systems answer EINVAL. There the name may lag
 * behind, and a reader sees the old state.
 */
export async function syncFolder(fs: FileSystem, path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await fs.open(path, 'r');
  try {
    await folder.sync();
  } catch (error) {
    if (codeOf(error) !== 'EINVAL') throw error;
  } finally {
    await folder.close();
  }
}

/**
 * A name next to `path` for a folder that is not finished (`tmp`) or is about to be removed
 * (`old`). It contains the process id, which `sweep` reads.
 */
export function besideName(path: string, role: 'tmp' | 'old'): string {
  return `${path}.${role}-${process.pid}-${randomBytes(6).toString('hex')}`;
}

/** The parts of a {@link besideName}, or undefined for any other name. */
export function parseBesideName(
  name: string,
): { base: string; role: 'tmp' | 'old'; pid: number } | undefined {
  const parts = /^(.+)\.(tmp|old)-(\d{1,10})-[0-9a-f]{12}$/.exec(name);
  return parts ? { base: parts[1]!, role: parts[2] as 'tmp' | 'old', pid: Number(parts[3]) } : undefined;
}

/** The names in a folder; an empty list when the folder does not exist. */
export async function namesIn(fs: FileSystem, folder: string): Promise<string[]> {
  try {
    return await fs.readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/**
 * A failed system call as an {@link IResNetError} of kind `data` that names the path and the
 * reason.
 */
export function ioError(where: string, doing: string, path: string, error: unknown): IResNetError {
  if (error instanceof IResNetError) return error;
  // The path in the error is more precise, where the system gives one.
  const at = (error as { path?: unknown } | undefined)?.path ?? path;
  const what = `expected to ${doing} ${String(at)}, got: ${ioReason(error)}`;
  return new IResNetError('data', where, what, { path, code: codeOf(error) }, { cause: error });
}

/** The folder that holds a path. */
export const parentOf = dirname;
