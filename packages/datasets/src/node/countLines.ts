import { npyLayout, NPY_PREFIX_BYTES } from '../files/npyLayout';
import { byteChunks } from './byteChunks';
import { isNpy } from './npyRows';
import { openData } from './openData';

const LINE_FEED = 0x0a;

/**
 * About how many rows a table file has: the line feeds of a text, compressed or not, or the rows of
 * an npy file. A header, comments and blank lines count as well, so it serves to cut a file into
 * parts of about equal size, which are the same for everyone who cuts it.
 *
 * Nothing is parsed: a text is read once at the speed of the disk, in constant memory.
 *
 * @param file - Path of a file that can be read again, so not a pipe.
 * @throws IResNetError of kind `data` naming the file, when it cannot be read, is a damaged gzip
 * file, or has the header of an npy file that is damaged.
 *
 * @example
 * ```ts
 * import { mkdtempSync, writeFileSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { countLines } from '@iresnet/datasets/node';
 *
 * const file = join(mkdtempSync(join(tmpdir(), 'iresnet-')), 'rows.csv');
 * writeFileSync(file, 'a,b\n1,2\n3,4\n');
 * console.log(await countLines(file)); // 3
 * ```
 */
export async function countLines(file: string): Promise<number> {
  let lines = 0;
  let first = true;
  for await (const chunk of byteChunks(file)) {
    if (first && isNpy(chunk)) return npyLength(chunk.subarray(0, NPY_PREFIX_BYTES), file);
    first = false;
    for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, at + 1)) lines++;
  }
  return lines;
}

async function npyLength(prefix: Uint8Array, file: string): Promise<number> {
  const { handle, size = 0 } = await openData(file);
  await handle.close();
  return npyLayout(prefix, size, file).shape[0] ?? 0;
}
