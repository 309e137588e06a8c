import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parseSafetensors, toSafetensors, type HostTensor } from '@iresnet/checkpoint';
import { saveCheckpoint } from '@iresnet/checkpoint/node';
import { parseCifar, parseIdx, parseNpy, readTar, toNpy, toy2d } from '@iresnet/datasets';
import { decodePicture, openDataset, readTableFile } from '@iresnet/datasets/node';
import { defaultRecipe, openModel, planeSource, train, type Pipeline } from '@iresnet/pipeline';
import { saveModel } from '@iresnet/pipeline/node';
import { curveOf, runConfig } from '@iresnet/pipeline/run';
import { readRunConfig, readRunInfo, readRunMetrics, resumeRun, sourceOf } from '@iresnet/pipeline/run/node';
import type { Random } from './random';
import { pngAround, repairPng, repairSafetensors, repairTar, tarOf } from './repair';

/** A reader of files that come from anywhere. */
export interface Reader {
  readonly name: string;
  /** Valid files. */
  readonly sources: readonly Uint8Array[];
  /** Make the checksums and lengths of a changed file right. */
  readonly repair?: (bytes: Uint8Array, random: Random) => Uint8Array;
  /** Read it. It throws what the reader throws, or an `Error` where what was read is wrong. */
  readonly read: (bytes: Uint8Array) => unknown;
}

const text = (content: string): Uint8Array => Buffer.from(content);

/** All readers, with a folder of files that they work in; `close` removes it. */
export async function openReaders(): Promise<{ readonly readers: readonly Reader[]; close(): void }> {
  const home = mkdtempSync(join(tmpdir(), 'iresnet-fuzz-'));
  const at = (name: string, bytes: Uint8Array): string => {
    writeFileSync(join(home, name), bytes);
    return join(home, name);
  };
  const readers = [...tables(at), ...arrays(home), ...pictures(), ...(await models(home)), ...runs(at, home)];
  return { readers, close: () => rmSync(home, { recursive: true, force: true }) };
}

function tables(at: (name: string, bytes: Uint8Array) => string): Reader[] {
  const rows = Array.from({ length: 40 }, (_, i) => [i, (i * 37) % 11, Math.sin(i).toFixed(6)]);
  const csv = (separator: string) =>
    text([['a', 'b', 'c'], ...rows].map((row) => row.join(separator)).join('\n') + '\n');
  const labelled = text(['a,b,kind', ...rows.map(([a, b], i) => `${a},${b},"c${i % 3}"`)].join('\n') + '\n');
  const all = [
    ...[',', ';', '\t', ' ', '|'].map(csv),
    text('0,1,2\r\n1,2,3\r\n4,5,6\r\n'),
    text('sep=;\n"a";"b"\n1.5;2.5\n3.5;4.5\n'),
    text('# note\na,b\n1,2\n3,4\n'),
    Buffer.from('\u{feff}x,y\n1,2\n3,4\n', 'utf16le'),
  ];
  const npy = [
    toNpy(
      Float32Array.from({ length: 12 }, (_, i) => i / 3),
      [4, 3],
    ),
    toNpy(
      Float64Array.from({ length: 8 }, (_, i) => i),
      [2, 4],
    ),
    toNpy(
      Uint8Array.from({ length: 16 }, (_, i) => i),
      [4, 2, 2],
    ),
  ];
  return [
    { name: 'csv', sources: all, read: (bytes) => readTableFile(at('table.csv', bytes)) },
    { name: 'csv with classes', sources: [labelled], read: (bytes) => readTableFile(at('table.csv', bytes), { columns: ['a', 'b'], label: 'kind' }) },
    { name: 'csv.gz', sources: all, repair: (bytes) => gzipSync(bytes), read: (bytes) => readTableFile(at('table.csv.gz', bytes)) },
    { name: 'gzip', sources: all.map((bytes) => gzipSync(bytes)), read: (bytes) => readTableFile(at('table.csv.gz', bytes)) },
    { name: 'npy', sources: npy, read: (bytes) => parseNpy(bytes) },
    { name: 'npy-file', sources: npy, read: (bytes) => readTableFile(at('table.npy', bytes)) },
  ]; // prettier-ignore
}

function arrays(home: string): Reader[] {
  const idx = (code: number, shape: readonly number[], size: number) =>
    Uint8Array.from([0, 0, code, shape.length, ...shape.flatMap((n) => [0, 0, n >> 8, n & 255]), ...Array<number>(size).fill(7)]); // prettier-ignore
  const record = Uint8Array.from({ length: 3073 }, (_, i) => i % 10);
  const archive = tarOf('cifar/data.bin', record);
  const mnist = join(home, 'mnist');
  mkdirSync(mnist);
  writeFileSync(join(mnist, 't10k-labels-idx1-ubyte'), idx(8, [2], 2));
  return [
    { name: 'idx', sources: [idx(8, [2, 3, 3], 18), idx(12, [2, 2], 16), idx(8, [5], 5)], read: (bytes) => parseIdx(bytes) },
    {
      name: 'idx.gz',
      sources: [idx(8, [2, 28, 28], 2 * 784)],
      repair: (bytes) => gzipSync(bytes),
      read: async (bytes) => {
        writeFileSync(join(mnist, 't10k-images-idx3-ubyte.gz'), bytes);
        const set = await openDataset('mnist', { split: 'test', dir: mnist });
        if (set.images.length !== set.count * 784) throw new Error('images of another size');
      },
    },
    { name: 'cifar', sources: [record, Buffer.concat([record, record])], read: (bytes) => parseCifar(bytes, { variant: 'cifar10' }) },
    { name: 'tar', sources: [archive], repair: repairTar, read: (bytes) => readTar(bytes, ['cifar/data.bin']) },
  ]; // prettier-ignore
}

function pictures(): Reader[] {
  const folder = new URL('../../../packages/datasets/test/fixtures/pictures/', import.meta.url);
  const files = (ending: string) =>
    readdirSync(folder)
      .filter((name) => name.endsWith(ending))
      .sort()
      .map((name) => new Uint8Array(readFileSync(new URL(name, folder))));
  const read = (bytes: Uint8Array) => {
    const { shape, data } = decodePicture(bytes);
    if (data.length !== shape[0] * shape[1] * shape[2] || data.length === 0)
      throw new Error(`a picture [${shape.join(', ')}] of ${data.length} values`);
  };
  return [
    { name: 'png', sources: files('.png'), repair: repairPng, read },
    // A filter byte that means something stands at the start of every row of some size.
    {
      name: 'png, pixels',
      sources: [48, 90, 200].map((size) => Uint8Array.from({ length: size }, (_, i) => i % 5)),
      repair: pngAround,
      read,
    },
    { name: 'jpeg', sources: files('.jpg'), read },
  ];
}

/** The weights of a model in one number. */
function digest({ model }: Pipeline): string {
  const hash = createHash('sha256');
  for (const [name, value] of Object.entries(model.params).sort())
    hash.update(name).update(new Uint8Array(value.dataSync().buffer.slice(0)));
  return hash.digest('hex');
}

async function models(home: string): Promise<Reader[]> {
  const recipe = { ...defaultRecipe('plane'), steps: 1, batchSize: 16 };
  if (recipe.model.kind !== 'dense') throw new Error('a plane has a dense network');
  const flow = { ...recipe.model.flow, blocks: 1, hidden: [4] };
  const small = { ...recipe, model: { ...recipe.model, flow } };
  const { pipeline } = await train(planeSource(toy2d('moons'), small), small);
  const original = join(home, 'model');
  await saveModel(original, pipeline);
  const opened = await openModel(original);
  const whole = digest(opened);
  opened.model.dispose();
  const names = readdirSync(original).sort();
  const contents = new Map(names.map((name) => [name, new Uint8Array(readFileSync(join(original, name)))]));
  const dir = join(home, 'changed');
  const tensors = contents.get('model.safetensors')!;

  /** The folder with one file in place of its own; `sealed` has a manifest that knows it. */
  async function open(name: string, bytes: Uint8Array, sealed: boolean): Promise<void> {
    rmSync(dir, { recursive: true, force: true });
    cpSync(original, dir, { recursive: true });
    if (sealed) {
      const files = Object.fromEntries([...contents].filter(([file]) => file !== 'manifest.json'));
      await saveCheckpoint(dir, { ...files, [name]: bytes });
    } else writeFileSync(join(dir, name), bytes);
    const changed = await openModel(dir);
    const same = digest(changed) === whole;
    changed.model.dispose();
    if (!sealed && !same) throw new Error('weights that the manifest does not vouch for');
  }
  return [
    {
      name: 'safetensors',
      sources: [tensors, toSafetensors(new Map<string, HostTensor>([['a', { dtype: 'F32', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }], ['b', { dtype: 'I32', shape: [], data: Int32Array.of(5) }]]))],
      repair: repairSafetensors,
      read: (bytes) => parseSafetensors(bytes),
    },
    ...names.map((name) => ({
      name: `model, ${name}`,
      sources: [contents.get(name)!],
      read: (bytes: Uint8Array) => open(name, bytes, false),
    })),
    ...names
      .filter((name) => name !== 'manifest.json')
      .map((name) => ({
        name: `model, ${name} with its manifest`,
        sources: [contents.get(name)!],
        ...(name.endsWith('.safetensors') && { repair: repairSafetensors }),
        read: (bytes: Uint8Array) => open(name, bytes, true),
      })),
  ]; // prettier-ignore
}

function runs(at: (name: string, bytes: Uint8Array) => string, home: string): Reader[] {
  const configs = [
    runConfig({ kind: 'embedded', name: 'iris' }, defaultRecipe('table')),
    runConfig({ kind: 'file', file: 'x.csv', columns: ['a', 'b'] }, defaultRecipe('table')),
    runConfig({ kind: 'set', name: 'digits' }, defaultRecipe('digits', 'hybrid')),
  ];
  const json = (value: unknown) => text(JSON.stringify(value, null, 1));
  const info = { command: 'iresnet train', date: '2026-01-01', backend: 'cpu', threads: 1, node: 'v20', seconds: 1, steps: 2, stopReason: 'steps' }; // prettier-ignore
  const metrics = ['begin', 'step', 'validation', 'end'].map((event, step) => JSON.stringify({ event, step, loss: 1 / (step + 1) })); // prettier-ignore
  const config = configs[0]!;
  const state = toSafetensors(
    new Map([['flow.w', { dtype: 'F32', shape: [2], data: Float32Array.of(1, 2) }]]),
    {
      fit: JSON.stringify({ step: 3 }),
      seconds: '1',
    },
  );
  const source = sourceOf({ kind: 'plane', title: 'moons', toy: toy2d('moons') }, config);
  return [
    {
      name: 'config.json',
      sources: configs.map(json),
      read: (bytes) => readRunConfig(at('config.json', bytes), 'data'),
    },
    { name: 'run.json', sources: [json(info)], read: (bytes) => (at('run.json', bytes), readRunInfo(home)) },
    {
      name: 'metrics.jsonl',
      sources: [text(metrics.join('\n') + '\n')],
      read: (bytes) => {
        at('metrics.jsonl', bytes);
        return curveOf(readRunMetrics(home), 'step', ({ loss }) => loss);
      },
    },
    {
      name: 'state',
      sources: [state],
      repair: repairSafetensors,
      read: async (bytes) => {
        const dir = join(home, 'run');
        rmSync(dir, { recursive: true, force: true });
        mkdirSync(dir);
        writeFileSync(join(dir, 'config.json'), json(config));
        writeFileSync(join(dir, 'metrics.jsonl'), '');
        await saveCheckpoint(join(dir, 'state'), { 'state.safetensors': bytes }, { config });
        const run = await resumeRun(dir, { source: () => source });
        await run.close();
        return run.step;
      },
    },
  ];
}
