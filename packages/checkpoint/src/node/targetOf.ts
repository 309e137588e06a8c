import { codeOf } from '@iresnet/core/node';
import { dirname, resolve } from 'node:path';
import { type FileSystem } from './fileSystem';

/** Where the bytes of a path go. */
export type Target =
  /** A file, there or not: it is replaced whole. `path` is behind all links. */
  | { readonly kind: 'file'; readonly path: string; readonly mode: number | undefined }
  /** A pipe, a terminal, a device: it takes bytes and cannot be replaced. */
  | { readonly kind: 'stream'; readonly path: string };

/** More links in a row than any system follows. */
const MAX_LINKS = 40;

/**
 * Find out what stands at a path, so that a link keeps leading there and a device stays one.
 *
 * @throws The errors of the file system: ELOOP for links in a circle, EISDIR for a folder.
 */
export async function targetOf(fs: FileSystem, path: string): Promise<Target> {
  const given = resolve(path);
  let at = given;
  for (let links = 0; ; links++) {
    if (links > MAX_LINKS) throw failure('ELOOP', given);
    // The open files of a process, such as /dev/stdout, may be links to what has no name.
    if (/^\/(dev\/fd|proc)\//.test(at)) return { kind: 'stream', path: given };
    const to = await linkOf(fs, at);
    if (to === undefined) break;
    at = resolve(dirname(at), to);
  }
  const entry = await fs.stat(at).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (entry?.isDirectory()) throw failure('EISDIR', given);
  if (entry && !entry.isFile()) return { kind: 'stream', path: given };
  const mode = entry && entry.mode & 0o777;
  return { kind: 'file', path: at, mode };
}

/** Where a link leads, or undefined where there is none. */
async function linkOf(fs: FileSystem, path: string): Promise<string | undefined> {
  try {
    return await fs.readlink(path);
  } catch (error) {
    // Windows says UNKNOWN of a file that is not a link.
    if (['EINVAL', 'ENOENT', 'UNKNOWN'].includes(codeOf(error) ?? '')) return undefined;
    throw error;
  }
}

function failure(code: string, path: string): Error {
  return Object.assign(new Error(code), { code, path });
}
