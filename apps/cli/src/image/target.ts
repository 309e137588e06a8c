import { mkdirSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { sweep, writeFileAtomic } from '@iresnet/checkpoint/node';
import { IResNetError } from '@iresnet/core';
import { toNpy } from '@iresnet/datasets';
import { contactSheet, type Pictures } from '@iresnet/report';
import { writeWhole, type Output } from '../terminal/output';
import { stoppable } from '../terminal/stoppable';

/** Where pictures go, and so in which form. */
export interface Target {
  readonly kind: 'sheet' | 'array' | 'folder';
  readonly path: string;
}

/**
 * Width of a picture of a contact sheet, in pixels. It is rounded to a whole multiple of the
 * picture's own.
 */
const WIDE = 56;

/**
 * What `--out` means: a contact sheet (`.png`), an array (`.npy`), or a PNG file for each picture
 * (a folder, which exists or ends with a slash).
 *
 * @param kinds - Those that the command can write.
 * @throws IResNetError of kind `argument`.
 */
export function targetOf(
  out: string | undefined,
  where: string,
  kinds: readonly Target['kind'][] = ['sheet', 'array', 'folder'],
): Target {
  const kind = out === undefined ? null : kindOf(out);
  if (kind !== null && kinds.includes(kind)) return { kind, path: out! };
  const names = { sheet: 'a .png file', array: 'an .npy file', folder: 'a folder (with / at its end)' };
  const what = `expected --out with ${kinds.map((one) => names[one]).join(', ')}, got ${out ?? 'none'}`;
  throw new IResNetError('argument', where, what);
}

function kindOf(out: string): Target['kind'] | null {
  if (/[\\/]$/.test(out) || statSync(out, { throwIfNoEntry: false })?.isDirectory()) return 'folder';
  const kinds: Readonly<Record<string, Target['kind']>> = { '.png': 'sheet', '.npy': 'array' };
  return kinds[extname(out).toLowerCase()] ?? null;
}

/** A contact sheet, large enough to see the pixels. */
export function sheetOf(pictures: Pictures, columns: number): Uint8Array {
  const scale = Math.max(1, Math.round(WIDE / pictures.shape[1]));
  return contactSheet(pictures, { columns, scale });
}

/** Write pictures to where `--out` says: every file whole or not at all. */
export async function writePictures(
  { kind, path }: Target,
  pictures: Pictures,
  columns: number,
  output: Output,
): Promise<void> {
  const { count, shape, values } = pictures;
  if (kind === 'sheet') return writeWhole(output, path, sheetOf(pictures, columns));
  if (kind === 'array') return writeWhole(output, path, toNpy(values, [count, ...shape]));
  try {
    mkdirSync(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'EEXIST')
      throw new IResNetError('data', `--out ${path}`, `expected a folder to write to, got ${message}`);
  }
  const size = values.length / count;
  const digits = String(count - 1).length;
  await stoppable(async (signal) => {
    await sweep(path);
    for (let i = 0; i < count && !signal.aborted; i++) {
      const one = { count: 1, shape, values: values.subarray(i * size, (i + 1) * size) };
      const file = join(path, `${String(i).padStart(digits, '0')}.png`);
      await writeFileAtomic(file, contactSheet(one, { columns: 1, gap: 0 }), { sweep: false });
    }
  });
  output.log(`wrote ${count} files to ${path}`);
}
