import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { IResNetError } from '@iresnet/core';
import { ioReason } from '@iresnet/core/node';
import { sweep, writeFileAtomic } from '@iresnet/checkpoint/node';
import { leastRecords } from './leastRecords';
import { partName, readRecord, SUCCESS, type PartFormat, type PartRecord } from './part';

/** Options of {@link openParts}. */
export interface OpenPartsOptions {
  /** Only so many records, the least likely first; all of them in order by default. */
  readonly top?: number;
}

/** Parts that belong together, all of them. */
export interface Parts {
  readonly count: number;
  readonly format: PartFormat;
  /**
   * The one text that they are parts of, piece by piece. Each part is verified against its record
   * as it is read.
   *
   * @param onProgress - Called after each part with the number of parts that were read.
   * @throws IResNetError of kind `data` at a part whose bytes are not those of its record.
   */
  content(onProgress?: (done: number) => void): AsyncGenerator<string>;
  /**
   * Say that they were written to `file`: makes `_SUCCESS`, and removes what killed writers left.
   */
  succeed(file: string): Promise<void>;
}

const WHERE = 'pipeline.openParts';

/**
 * Open the parts that the shards of one piece of work wrote into a folder.
 *
 * They must be of the same number of shards, model, backend, options, inputs and version of this
 * package, and none may be missing.
 *
 * @param dir - The folder that the shards wrote to.
 * @returns What gives the text of an unsharded run, in memory that does not grow with it; with
 * `top` it grows with that number.
 * @throws IResNetError of kind `data` that lists the shards to run again, as `1,5-7`; or that says
 * in what the parts differ.
 *
 * @example
 * ```ts
 * import { openParts } from '@iresnet/pipeline/node';
 *
 * await openParts('no such folder').catch((error: Error) => console.log(error.message));
 * // no such folder: expected a folder of parts, got: it does not exist (ENOENT)
 * ```
 */
export async function openParts(dir: string, { top }: OpenPartsOptions = {}): Promise<Parts> {
  if (top !== undefined && !(Number.isSafeInteger(top) && top >= 1))
    throw new IResNetError('argument', WHERE, `expected an integer top ≥ 1, got ${top}`);
  const records = await recordsIn(dir);
  const { shards: count, format } = records[0]!;
  checkTogether(dir, records);
  const whole = new Map(records.map((record) => [record.shard, record]));
  const missing = Array.from({ length: count }, (_, i) => i).filter((i) => !whole.has(i));
  if (missing.length > 0) again(dir, missing, count, 'are missing');
  const ordered = Array.from({ length: count }, (_, i) => whole.get(i)!);
  const texts: Parts['content'] = (onProgress) => joined(dir, ordered, onProgress);
  return {
    count,
    format,
    content: top === undefined ? texts : (onProgress) => leastRecords(texts(onProgress), format, top),
    async succeed(file) {
      // Every part is there, so whoever still writes one writes it for the second time.
      await sweep(dir, { exclusive: true });
      const bytes = ordered.reduce((sum, record) => sum + record.bytes, 0);
      const text = JSON.stringify({ file: basename(file), shards: count, bytes, ...(top && { top }) });
      await writeFileAtomic(join(dir, SUCCESS), `${text}\n`);
    },
  };
}

async function recordsIn(dir: string): Promise<PartRecord[]> {
  const names = await readdir(dir).catch((cause: unknown) => {
    const what = `expected a folder of parts, got: ${ioReason(cause)}`;
    throw new IResNetError('data', dir, what, {}, { cause });
  });
  const parts = names.filter((name) => /^part-\d+-of-\d+\.\w+\.json$/.test(name));
  const records = await Promise.all(parts.map((name) => readRecord(join(dir, name.slice(0, -5)))));
  const found = records.filter((record) => record !== null);
  if (found.length === 0)
    throw new IResNetError('data', dir, 'expected parts that score --shard wrote, found none');
  return found;
}

/** Refuse parts that are not of one piece of work. */
function checkTogether(dir: string, records: readonly PartRecord[]): void {
  const [first] = records;
  const hashes = new Map<string, string>();
  for (const record of records) {
    const differs = (['shards', 'format', 'version', 'model', 'backend', 'options'] as const).find(
      (key) => JSON.stringify(record[key]) !== JSON.stringify(first![key]),
    );
    if (differs !== undefined) unlike(dir, first!, record, differs);
    const listed = ({ inputs }: PartRecord): string =>
      JSON.stringify(inputs.map(({ name, bytes }) => [name, bytes]));
    if (listed(record) !== listed(first!)) unlike(dir, first!, record, 'inputs');
    for (const { name, sha256 } of record.inputs) {
      if (sha256 === undefined) continue;
      if ((hashes.get(name) ?? sha256) !== sha256) unlike(dir, first!, record, `content of ${name}`);
      hashes.set(name, sha256);
    }
  }
}

function unlike(dir: string, first: PartRecord, other: PartRecord, what: string): never {
  const text = (record: PartRecord): string => {
    const value = record[what as keyof PartRecord];
    return value === undefined ? '' : ` (${JSON.stringify(value).slice(0, 80)})`;
  };
  const name = (record: PartRecord): string =>
    partName({ index: record.shard, count: record.shards }, record.format);
  throw new IResNetError(
    'data',
    dir,
    `expected parts of one piece of work, found another ${what} in ${name(other)}${text(other)} than in ${name(first)}${text(first)}; remove what does not belong, or run all shards again`,
  );
}

function again(dir: string, shards: readonly number[], count: number, what: string): never {
  throw new IResNetError(
    'data',
    dir,
    `expected the parts of all ${count} shards, but these ${what}: ${ranges(shards)}; run them again`,
    { shards },
  );
}

/** `1,5-7`, as `sbatch --array` takes it. */
function ranges(numbers: readonly number[]): string {
  const found: [number, number][] = [];
  for (const n of numbers) {
    const last = found.at(-1);
    if (last && last[1] === n - 1) last[1] = n;
    else found.push([n, n]);
  }
  return found.map(([a, b]) => (a === b ? `${a}` : `${a}-${b}`)).join(',');
}

/** The header once, and all records in the order of the shards. */
async function* joined(
  dir: string,
  records: readonly PartRecord[],
  onProgress?: (done: number) => void,
): AsyncGenerator<string> {
  let header: Buffer | undefined;
  for (const [i, record] of records.entries()) {
    const { shard: index, shards: count, format } = record;
    const path = join(dir, partName({ index, count }, format));
    const hash = createHash('sha256');
    const decoder = new TextDecoder();
    let head = Buffer.alloc(0);
    let bytes = 0;
    try {
      for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 }) as AsyncIterable<Buffer>) {
        hash.update(chunk);
        const inHead = Math.max(0, Math.min(chunk.length, record.header - bytes));
        if (inHead > 0) head = Buffer.concat([head, chunk.subarray(0, inHead)]);
        bytes += chunk.length;
        if (head.length === record.header && inHead > 0) {
          if (header === undefined) yield head.toString();
          header ??= head;
        }
        if (inHead < chunk.length) yield decoder.decode(chunk.subarray(inHead), { stream: true });
      }
    } catch (error) {
      if (error instanceof IResNetError) throw error;
      again(dir, [index], count, `cannot be read (${ioReason(error)})`);
    }
    if (bytes !== record.bytes || hash.digest('hex') !== record.sha256)
      again(dir, [index], count, 'have other bytes than their record says');
    if (head.length > 0 && !header!.equals(head)) unlike(dir, records[0]!, record, 'header');
    onProgress?.(i + 1);
  }
}
