import { randomBytes } from 'node:crypto';
import * as nodeFileSystem from 'node:fs/promises';
import { dirname } from 'node:path';
import { IResNetError } from '@iresnet/core';

/**
 * The calls that a save or a load makes. `node:fs/promises` has them all; another implementation
 * can inject faults or keep files elsewhere.
 */
export interface FileSystem {
  /** Make a folder, with those above it. */
  mkdir(path: string, options: { recursive: boolean }): Promise<unknown>;
  /** Open a file; `wx` makes a new one. */
  open(path: string, flags: string): Promise<OpenFile>;
  /** Move a file or folder in one step. */
  rename(from: string, to: string): Promise<void>;
  /** Remove a file or folder. */
  rm(path: string, options: { recursive: boolean; force: boolean }): Promise<void>;
  /** All bytes of a file. */
  readFile(path: string): Promise<Uint8Array>;
  /** The names in a folder. */
  readdir(path: string): Promise<string[]>;
  /** Whether an entry is a folder, and when it was written. */
  stat(path: string): Promise<FileStatus>;
}

/** The result of {@link FileSystem.stat}. */
export interface FileStatus {
  /** Milliseconds since 1970 at the last change. */
  readonly mtimeMs: number;
  /** Whether it is a folder. */
  isDirectory(): boolean;
}

/** An open file of a {@link FileSystem}. */
export interface OpenFile {
  /** All bytes. */
  readFile(): Promise<Uint8Array>;
  /** Write all bytes. */
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

/** The code of a failed system call, such as ENOSPC. */
export function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
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

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file is larger than the limit of this process or file system',
  ENOENT: 'no such file or folder',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'it is a folder',
  EEXIST: 'it exists already',
};

/**
 * A failed system call as an {@link IResNetError} of kind `data` that names the path and the
 * reason.
 */
export function ioError(where: string, doing: string, path: string, error: unknown): IResNetError {
  if (error instanceof IResNetError) return error;
  const code = codeOf(error);
  const reason = (code && REASONS[code]) ?? (error instanceof Error ? error.message : String(error));
  // The path in the error is more precise, where the system gives one.
  const at = (error as { path?: unknown } | undefined)?.path ?? path;
  const what = `expected to ${doing} ${String(at)}, got: ${reason}${code ? ` (${code})` : ''}`;
  return new IResNetError('data', where, what, { path, code }, { cause: error });
}

/** The folder that holds a path. */
export const parentOf = dirname;
