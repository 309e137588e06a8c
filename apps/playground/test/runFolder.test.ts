import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { parseTable } from '@iresnet/datasets';
import { encodeRecords } from '@iresnet/datasets/node';
import { defaultRecipe, score, type Recipe, type TableInput } from '@iresnet/pipeline';
import { runConfig } from '@iresnet/pipeline/run';
import { startRun } from '@iresnet/pipeline/run/node';
import { csvOf } from '../src/engine/csv';
import { openRun, type OpenedRun } from '../src/engine/runFolder';
import type { OwnRun } from '../src/protocol';
import { parseHash } from '../src/state';
import { standingInNode } from './harness/session';

const csv = ['a,b,kind', ...Array.from({ length: 60 }, (_, i) => `${Math.sin(3 * i)},${Math.cos(5 * i) + i / 60},${i % 2 ? '"x, y"' : 'z'}`)].join('\n'); // prettier-ignore

/** The run folder of the page. */
async function folderOf(
  hash: string,
  own = false,
): Promise<{ readonly zip: Uint8Array; readonly logProb: number; readonly values: readonly number[] }> {
  const setup = parseHash(`${hash}&blocks=2&width=8&at=6`);
  const run = await standingInNode({ ...setup, ...(own && { data: { title: 'shop', text: csv } }) });
  const { logProb, values } = await run.ask(
    { kind: 'probe', request: 1, point: [0.3, -1], alarm: null },
    'probed',
  );
  const { bytes: zip } = await run.ask({ kind: 'folder' }, 'saved');
  await run.end();
  return { zip, logProb, values };
}

const opened = async (run: OwnRun): Promise<OpenedRun> => {
  const found = await openRun(run);
  if ('missing' in found) throw new Error(`${found.missing} is missing`);
  return found;
};

async function bytesOf(pieces: AsyncIterable<string | Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(typeof piece === 'string' ? Buffer.from(piece) : piece);
  return new Uint8Array(Buffer.concat(all));
}

/** The files of a run on images. */
async function imageRun(): Promise<OwnRun['files']> {
  const home = mkdtempSync(join(tmpdir(), 'playground-'));
  try {
    const base = defaultRecipe('digits', 'density');
    const flow = { ...base.model.flow, scales: [{ blocks: 1, channels: 2, squeeze: true }] };
    const recipe: Recipe = { ...base, steps: 1, batchSize: 4, validation: 8, model: { ...base.model, flow } as Recipe['model'] }; // prettier-ignore
    const run = await startRun(home, runConfig({ kind: 'set', name: 'digits' }, recipe));
    await run.train();
    await run.close();
    const names = readdirSync(run.dir, { recursive: true, encoding: 'utf8' });
    const files = names.filter((name) => statSync(join(run.dir, name)).isFile() && !name.startsWith('state'));
    return Object.fromEntries(files.map((name) => [name, new Uint8Array(readFileSync(join(run.dir, name)))]));
  } finally {
    rmSync(home, { recursive: true });
  }
}

describe('a run folder', () => {
  test.each([
    ['#data=moons', false, 'moons'],
    ['#data=iris&classes=1', false, 'iris'],
    ['#classes=1&seed=3', true, '3-shop'],
  ] as const)(
    '%s: what the page gives away it takes in again, with the same numbers',
    async (hash, own, name) => {
      const { zip, logProb, values } = await folderOf(hash, own);
      const files = unzipSync(zip);
      expect(Object.keys(files).every((file) => file.startsWith(`${name}/`))).toBe(true);
      for (const run of [
        { title: name, files: { 'run.zip': zip } },
        { title: name, files },
      ]) {
        const { pipeline, source, info } = await opened(run);
        const { columns } = pipeline.input as TableInput;
        const table = { columns, rows: 1, values: Float64Array.from(values) };
        expect((await score(pipeline, table)).logProb![0]).toBe(logProb);
        expect(pipeline.calibration!.count).toBe(source.heldOut.count);
        expect(info.steps).toBe(6);
        pipeline.model.dispose();
      }
    },
  );

  test('without its rows names them, and takes them from elsewhere', async () => {
    const { zip } = await folderOf('#seed=1', true);
    const { 'shop/shop.csv': rows, ...rest } = unzipSync(zip);
    expect(await openRun({ title: 'shop', files: rest })).toEqual({ missing: 'shop.csv' });
    const text = new TextDecoder().decode(rows);
    const { pipeline } = await opened({ title: 'shop', files: rest, rows: text });
    pipeline.model.dispose();
    const records = text
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => {
        const [a, b, kind] = line.split(',') as [string, string, string];
        return [['a', Number(a)], ['b', Number(b)], ['kind', kind]] as const; // prettier-ignore
      });
    const parquet = await bytesOf(encodeRecords([records], { form: 'parquet', gzip: false }));
    const same = await opened({ title: 'shop', files: rest, rows: parquet });
    same.pipeline.model.dispose();
    const others = text.replace(/^-?0\.\d+/m, '9');
    await expect(openRun({ title: 'shop', files: rest, rows: others })).rejects.toThrow(
      /expected the rows that the model was trained on, got others/,
    );
  });

  test('that is not one is refused in a sentence', async () => {
    const { zip } = await folderOf('#data=moons');
    const files = unzipSync(zip);
    const refusal = (run: OwnRun['files']): Promise<unknown> =>
      openRun({ title: 'x', files: run }).then(String, (error: Error) => error.message);
    expect(await refusal({ 'run.zip': Uint8Array.of(1, 2, 3) })).toMatch(/^x could not be unzipped: .*\.$/);
    expect(await refusal({ 'run.zip': zipSync({ 'notes.txt': zip }) })).toMatch(
      /^x is not the folder of a run/,
    );
    expect(await refusal(await imageRun())).toBe(
      'x is a run on images, and this page shows runs on rows; iresnet report draws it.',
    );
    const bytes = files['moons/model/model.safetensors']!.slice();
    bytes[bytes.length - 1]! ^= 1;
    expect(await refusal({ ...files, 'moons/model/model.safetensors': bytes })).toMatch(/expected sha256/);
    const { 'moons/model/manifest.json': _, ...without } = files;
    expect(await refusal(without)).toMatch(/x\/model: expected manifest.json/);
    const config = JSON.parse(new TextDecoder().decode(files['moons/config.json'])) as object;
    const changed = { ...config, data: { kind: 'toy', name: 'rings' } };
    const text = new TextEncoder().encode(JSON.stringify(changed));
    expect(await refusal({ ...files, 'moons/config.json': text })).toMatch(
      /got others: rings or config.json/,
    );
  });

  test('the text of a table gives the same numbers and classes', () => {
    const table = parseTable(csv, { label: 'kind' });
    expect(parseTable(csvOf(table), { label: 'kind', header: true, separator: ',' })).toEqual(table);
  });
});
