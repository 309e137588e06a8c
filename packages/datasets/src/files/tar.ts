import { IResNetError } from '@iresnet/core';
import { checkOptions } from '@iresnet/core/internal';
import { limits } from '../limits';
import { paxRecords, readTarHeader, textOf } from './tarHeader';

const BLOCK = 512;

/**
 * The files named `names` in a tar archive (ustar, with PAX and GNU long names), as views on
 * `bytes`.
 *
 * Nothing is written, and only files that were asked for are returned. So `../x`, absolute paths,
 * links and devices in an archive have no effect. All header checksums are verified, up to the end
 * of the archive.
 *
 * @param bytes - The whole archive, not compressed.
 * @param names - Exact names of regular files in the archive.
 * @param options - `file` names the archive in errors.
 * @returns A map with one entry for each of `names`, in that order; the arrays share the memory of
 * `bytes`.
 * @throws IResNetError (data), naming the archive and the byte: a damaged header, a size that is
 * negative or beyond the end, a cut archive, a wanted file that is absent, not regular, or there
 * twice.
 *
 * @example
 * ```ts
 * import { readTar } from '@iresnet/datasets';
 *
 * const empty = new Uint8Array(1024); // the mark of the end
 * console.log(readTar(empty, []).size); // 0
 * ```
 */
export function readTar(
  bytes: Uint8Array,
  names: readonly string[],
  options: { readonly file?: string } = {},
): Map<string, Uint8Array> {
  checkOptions('datasets.readTar', options, { file: true });
  const where = options.file ?? 'datasets.readTar';
  const fail = (what: string): never => {
    throw new IResNetError('data', where, what);
  };
  const found = new Map<string, Uint8Array>();
  const wanted = new Set(names);
  let pax: ReadonlyMap<string, string> = new Map();
  let longName: string | undefined;
  let at = 0;
  while (at < bytes.length) {
    if (bytes.length - at < BLOCK) fail(`byte ${at}: expected a header of ${BLOCK} bytes, the archive ends`);
    const block = bytes.subarray(at, at + BLOCK);
    if (block.every((byte) => byte === 0)) break;
    const header = readTarHeader(block, at, where);
    const paxSize = pax.get('size');
    // Links, devices and folders have no content, whatever their size field says.
    const stored = paxSize === undefined ? header.size : /^\d{1,15}$/.test(paxSize) ? Number(paxSize) : NaN;
    const size = /[1-6]/.test(header.type) ? 0 : stored;
    const start = at + BLOCK;
    if (!(size <= bytes.length - start)) {
      fail(
        `byte ${at}: expected a file of at most ${bytes.length - start} bytes, got a size of ${paxSize ?? size}`,
      );
    }
    const content = bytes.subarray(start, start + size);
    const meta = header.type === 'x' || header.type === 'g' || header.type === 'L' || header.type === 'K';
    if (meta && size > limits.tarNameBytes)
      fail(`byte ${at}: expected at most ${limits.tarNameBytes} bytes of names`);

    if (header.type === 'x') {
      pax = paxRecords(content, start, where);
    } else if (header.type === 'L') {
      longName = textOf(content);
    } else if (!meta) {
      const name = pax.get('path') ?? longName ?? header.name;
      if (wanted.has(name)) {
        if (found.has(name)) fail(`byte ${at}: expected one file '${name}', got a second`);
        if (header.type !== '0')
          fail(`byte ${at}: expected '${name}' to be a regular file, got type '${header.type}'`);
        found.set(name, content);
      }
      pax = new Map();
      longName = undefined;
    }
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  for (const name of names)
    if (!found.has(name)) fail(`expected a file '${name}' in the archive, found none`);
  return new Map(names.map((name) => [name, found.get(name)!]));
}
