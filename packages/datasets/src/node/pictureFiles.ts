import type { Stats } from 'node:fs';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { IResNetError } from '@iresnet/core';
import { codeOf } from '@iresnet/core/node';
import { attempt } from './failure';

/** A file that is taken for a picture because of its name. */
export interface PictureFile {
  readonly path: string;
  /** Below the folder: `1.png`, or `cat/1.png`. */
  readonly name: string;
  /** The folder within that it lies in, if it does. */
  readonly label: string | null;
}

/** What a folder holds. */
export interface PictureFiles {
  /** Those in the folder, then those in the folders within, in the order of their UTF-16 codes. */
  readonly files: readonly PictureFile[];
  /** Folders within that hold no pictures. */
  readonly empty: readonly string[];
  /** What else there is, in words: `3 .txt in cat`. */
  readonly passedOver: readonly string[];
}

const PICTURE = /\.(png|jpe?g|jpe|jfif)$/i;

/** Pictures that are not read. A class of them must not vanish. */
const UNREAD = /\.(gif|bmp|webp|avif|heic|heif|tiff?|jxl|jp2|svg|ppm|pgm|pnm|npy|mat)$/i;

/** What a folder holds by the kinds of its entries. */
interface Entries {
  readonly pictures: string[];
  readonly folders: string[];
  /** How often what is passed over occurs: `.txt`, `broken link`. */
  readonly others: Map<string, number>;
}

/**
 * The PNG and JPEG files in a folder and in the folders within. Names that begin with a dot are not
 * looked at. What else is passed over is told.
 *
 * @throws IResNetError (data), naming the folder: none of them at all, a folder within that has
 * only pictures of other formats, or one that cannot be listed.
 */
export async function pictureFiles(dir: string): Promise<PictureFiles> {
  const top = await entriesOf(dir);
  const files: PictureFile[] = top.pictures.map((name) => ({ path: join(dir, name), name, label: null }));
  const empty: string[] = [];
  const passedOver = told(top.others, '');
  const deep: string[] = [];
  const real = await attempt('list', dir, () => realpath(dir));
  for (const label of top.folders) {
    const folder = join(dir, label);
    if (await isAbove(folder, real)) {
      passedOver.push(`${label} (a link to a folder above)`);
      continue;
    }
    const { pictures, folders, others } = await entriesOf(folder);
    files.push(...pictures.map((name) => ({ path: join(folder, name), name: `${label}/${name}`, label })));
    if (pictures.length === 0) {
      const unread = [...others].filter(([kind]) => UNREAD.test(kind));
      if (unread.length > 0) {
        const found = unread.map(([kind, count]) => `${count} ${kind}`).join(', ');
        throw new IResNetError('data', folder, `expected PNG or JPEG files, found ${found}`);
      }
      if (folders.length > 0) deep.push(label);
      empty.push(label);
    } else if (folders.length > 0) {
      others.set('folder', folders.length);
    }
    passedOver.push(...told(others, ` in ${label}`));
  }
  if (files.length === 0) {
    const hint = deep.length > 0 ? `; the folders within (${few(deep)}) hold folders: give one of them` : '';
    const other = passedOver.length > 0 ? ` but ${few(passedOver)}` : '';
    const what = `expected PNG or JPEG files in it or in folders within, found none${other}${hint}`;
    throw new IResNetError('data', dir, what);
  }
  if (empty.length > 0)
    passedOver.push(
      `${empty.length} ${empty.length === 1 ? 'folder' : 'folders'} without pictures (${few(empty)})`,
    );
  return { files, empty, passedOver };
}

async function entriesOf(dir: string): Promise<Entries> {
  const entries: Entries = { pictures: [], folders: [], others: new Map() };
  const names = await attempt('list', dir, () => readdir(dir));
  for (const name of names.filter((given) => !given.startsWith('.')).sort()) {
    const entry = await statOf(join(dir, name));
    if (entry === 'broken link') count(entries.others, entry);
    else if (entry.isDirectory()) entries.folders.push(name);
    else if (!entry.isFile()) count(entries.others, 'special file');
    else if (PICTURE.test(name)) entries.pictures.push(name);
    else count(entries.others, extname(name).toLowerCase() || 'file');
  }
  return entries;
}

function count(counts: Map<string, number>, kind: string): void {
  counts.set(kind, (counts.get(kind) ?? 0) + 1);
}

/** What a path leads to. A link may lead nowhere, or round in a circle. */
async function statOf(path: string): Promise<Stats | 'broken link'> {
  return attempt('read', path, async () => {
    try {
      return await stat(path);
    } catch (error) {
      const isBroken = ['ENOENT', 'ELOOP', 'ENOTDIR'].includes(codeOf(error) ?? '');
      if (isBroken && (await lstat(path)).isSymbolicLink()) return 'broken link';
      throw error;
    }
  });
}

/** Whether a folder is `dir` or one above it, which only a link can be. */
async function isAbove(folder: string, dir: string): Promise<boolean> {
  const target = await attempt('list', folder, () => realpath(folder));
  return dir === target || dir.startsWith(target.endsWith(sep) ? target : target + sep);
}

function told(others: ReadonlyMap<string, number>, where: string): string[] {
  return [...others].map(
    ([kind, times]) => `${times} ${kind}${times > 1 && !kind.startsWith('.') ? 's' : ''}${where}`,
  );
}

/** The first of many, and how many more there are. */
export function few(names: readonly string[], most = 8): string {
  const more = names.length - most;
  return names.slice(0, most).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
