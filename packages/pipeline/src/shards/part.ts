import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline as piped } from 'node:stream/promises';
import { IResNetError } from '@iresnet/core';
import { ioReason } from '@iresnet/core/node';
import { loadCheckpoint, writeFileAtomic } from '@iresnet/checkpoint/node';
import { version } from '../../package.json';
import { modelFolder } from '../location/node';
import type { Shard } from './shard';

/** A file that the work reads. */
export interface PartInput {
  readonly name: string;
  readonly bytes: number;
  /** Of the whole file, where the shard reads of it. */
  readonly sha256?: string;
}

/** What decides the bytes of a part, beside its shard and its form. */
export interface PartIdentity {
  /** The folder of the model or of its run; the record keeps the hash of the model. */
  readonly model: string;
  readonly backend: string;
  /** Whatever else was asked for. */
  readonly options: Readonly<Record<string, unknown>>;
  /** All files of the work, in order. */
  readonly inputs: readonly PartInput[];
}

/** How the records of a part are written. */
export type PartFormat = 'csv' | 'jsonl';

/** A part that is to be written. */
export interface NewPart extends PartIdentity {
  /** The folder of all parts. It is made where it is missing. */
  readonly dir: string;
  readonly shard: Shard;
  readonly format: PartFormat;
}

/** The record of a part: the file beside it, by which it is complete. */
export interface PartRecord extends PartIdentity {
  /** Version of `@iresnet/pipeline` that wrote it. */
  readonly version: string;
  readonly shard: number;
  readonly shards: number;
  readonly format: PartFormat;
  /** Bytes of its header; 0 where it has none. */
  readonly header: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** The file that says that the parts of a folder are merged. */
export const SUCCESS = '_SUCCESS';

/** `part-00003-of-00008.csv`; its record has `.json` at the end. */
export function partName({ index, count }: Pick<Shard, 'index' | 'count'>, format: PartFormat): string {
  const digits = (n: number): string => String(n).padStart(5, '0');
  return `part-${digits(index)}-of-${digits(count)}.${format}`;
}

/**
 * Write the part of a shard, unless it is there already: from the same model, backend, options and
 * inputs, with the bytes that its record tells.
 *
 * The part is written beside its place, synced and renamed, and its record last; so a part is
 * complete or absent after a crash at any moment, and two processes that write the same one do no
 * harm.
 *
 * @param pieces - The header first, an empty text where there is none; then the records. It is not
 * begun where the part is there.
 * @param signal - Gives up between two pieces; nothing is left behind.
 * @returns Whether it was written.
 * @throws IResNetError of kind `data` when it cannot be written, or there is no model; what
 * `pieces` throws, and the reason of `signal`.
 *
 * @example
 * ```ts
 * import { mkdtempSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { faithful } from '@iresnet/datasets';
 * import { defaultRecipe, tableSource, train } from '@iresnet/pipeline';
 * import { openParts, parseShard, saveModel, writePart } from '@iresnet/pipeline/node';
 *
 * const recipe = { ...defaultRecipe('table'), steps: 2 };
 * const { pipeline } = await train(tableSource('faithful', faithful(), recipe), recipe);
 * const home = mkdtempSync(join(tmpdir(), 'parts-'));
 * const model = join(home, 'model');
 * await saveModel(model, pipeline);
 *
 * const dir = join(home, 'parts');
 * const same = { dir, format: 'csv', model, backend: 'cpu', options: {}, inputs: [] } as const;
 * async function* lines(row: string) {
 *   yield 'row,log_likelihood\n';
 *   yield row;
 * }
 * for (const [name, row] of [['0/2', '1,-2.5\n'], ['1/2', '2,-9.25\n']] as const)
 *   await writePart({ ...same, shard: parseShard(name, {}) }, lines(row));
 * let text = '';
 * for await (const piece of (await openParts(dir, { top: 1 })).content()) text += piece;
 * console.log(text); // the header and 2,-9.25
 * ```
 */
export async function writePart(
  { dir, shard, format, model, backend, options, inputs }: NewPart,
  pieces: AsyncIterable<string>,
  signal?: AbortSignal,
): Promise<boolean> {
  const path = join(dir, partName(shard, format));
  const identity: PartIdentity = { model: await modelHash(model), backend, options, inputs };
  const wanted = { version, shard: shard.index, shards: shard.count, format, ...identity };
  if (await isWhole(path, wanted)) return false;
  await attempt(dir, () => mkdir(dir, { recursive: true }));
  await attempt(dir, () => rm(join(dir, SUCCESS), { force: true }));
  const hash = createHash('sha256');
  let [header, bytes] = [-1, 0];
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const piece of pieces) {
      const content = Buffer.from(piece);
      if (header < 0) header = content.length;
      bytes += content.length;
      hash.update(content);
      yield content;
    }
  }
  // Other machines may write to this folder, whose processes cannot be seen: nothing is swept.
  const writing = { sweep: false, ...(signal && { signal }) };
  await writeFileAtomic(path, counted(), writing);
  const record: PartRecord = { ...wanted, header: Math.max(header, 0), bytes, sha256: hash.digest('hex') };
  await writeFileAtomic(`${path}.json`, `${JSON.stringify(record, null, 2)}\n`, writing);
  return true;
}

/** Read the record of a part; null where there is none that can be read. */
export async function readRecord(path: string): Promise<PartRecord | null> {
  try {
    return JSON.parse(await readFile(`${path}.json`, 'utf8')) as PartRecord;
  } catch {
    return null;
  }
}

async function isWhole(path: string, wanted: object): Promise<boolean> {
  const record = await readRecord(path);
  if (record === null || !existsSync(path)) return false;
  const { header: _header, bytes: _bytes, sha256, ...found } = record;
  return JSON.stringify(found) === JSON.stringify(wanted) && (await fileHash(path)) === sha256;
}

/** SHA-256 of a file, hexadecimal. */
export async function fileHash(path: string): Promise<string> {
  const hash = createHash('sha256');
  await attempt(path, () => piped(createReadStream(path, { highWaterMark: 2 ** 20 }), hash));
  return hash.digest('hex');
}

/** SHA-256 of the one file that is the whole of a model, alone or in its folder. */
async function modelHash(location: string): Promise<string> {
  if (location.endsWith('.safetensors')) return fileHash(location);
  const { manifest } = await loadCheckpoint(modelFolder(location));
  return manifest.files.get('model.safetensors')!.sha256;
}

async function attempt<T>(path: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    throw new IResNetError('data', path, `expected to use it, got: ${ioReason(cause)}`, {}, { cause });
  }
}
