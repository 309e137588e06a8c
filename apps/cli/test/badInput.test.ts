import '@tensorflow/tfjs';
import { saveModule } from '@iresnet/checkpoint/node';
import { createRng } from '@iresnet/core';
import { toNpy } from '@iresnet/datasets';
import { iResNet, type ImageIResNetConfig } from '@iresnet/model';
import { encode } from 'fast-png';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { crc32, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { defaultRecipe, openModel } from '@iresnet/pipeline';
import { saveModel } from '@iresnet/pipeline/node';
import { runConfig } from '@iresnet/pipeline/run';
import { loadData } from '@iresnet/pipeline/run/node';
import { here, temporaryFolder } from './command';

const home = temporaryFolder('iresnet bad input ü ');
const out = join(home, 'out');
const cache = join(home, 'cache');
beforeEach(() => vi.stubEnv('IRESNET_CACHE', cache));
afterEach(() => vi.unstubAllEnvs());

/** Write files below the folder of the tests; gives the path of the first part back. */
function put(name: string, files: Readonly<Record<string, string | Uint8Array>>): string {
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(home, name, file)), { recursive: true });
    writeFileSync(join(home, name, file), content);
  }
  return join(home, name);
}

/** Expect an exit code, nothing on stdout, one line on stderr, and nothing where results belong. */
async function refuses(args: readonly string[], code: number, message: RegExp): Promise<void> {
  const said = await here(...args, '-q');
  expect({ ...said, stderr: '' }).toEqual({ code, stdout: '', stderr: '' });
  expect(said.stderr).toMatch(/^error: [^\n]*\n$/);
  expect(said.stderr.slice(0, -1)).toMatch(message);
  expect([existsSync(out), existsSync(cache)]).toEqual([false, false]);
}

const pixels = Uint8Array.from({ length: 64 }, (_, i) => 4 * i);
const grey = (data: Uint8Array | Uint16Array = pixels, depth: 8 | 16 = 8, width = 8) =>
  encode({ width, height: data.length / width, data, channels: 1, depth });
const good = grey();

/** A PNG file of a header and compressed rows. */
function png(
  width: number,
  height: number,
  colour: number,
  rows: Uint8Array,
  palette?: Uint8Array,
): Uint8Array {
  const chunk = (type: string, data: Uint8Array): Uint8Array => {
    const block = Buffer.alloc(12 + data.length);
    block.writeUInt32BE(data.length);
    block.write(type, 4, 'latin1');
    block.set(data, 8);
    block.writeUInt32BE(crc32(block.subarray(4, 8 + data.length)), 8 + data.length);
    return block;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([8, colour], 8);
  return Buffer.concat([
    good.subarray(0, 8),
    chunk('IHDR', header),
    ...(palette ? [chunk('PLTE', palette)] : []),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', new Uint8Array(0)),
  ]);
}

const badPngs: [string, Uint8Array, RegExp][] = [
  ['cut', good.slice(0, -20), /bad\.png: byte \d+: expected a chunk of \d+ bytes, the file ends after \d+$/],
  ['of 16 bits', grey(Uint16Array.from(pixels), 16), /bad\.png: byte 24: expected 8 bits a channel, got 16$/],
  ['of another size', grey(pixels, 8, 16), /bad\.png: expected an image \[8, ?8, ?1\] as .*a\.png, got \[4, ?16, ?1\]$/], // prettier-ignore
  ['of text', Buffer.from('no picture'), /bad\.png: byte 0: expected a PNG or JPEG file, got 6e 6f /],
  ['with a flipped bit', good.map((byte, i) => (i === 50 ? byte ^ 4 : byte)), /bad\.png: byte 33: expected chunk IDAT with CRC/], // prettier-ignore
  [
    'of 2 GB in 70 bytes',
    png(2 ** 28, 8, 0, pixels),
    /bad\.png: byte 16: expected at most \d+ pixels, got 268435456 × 8/,
  ],
  ['that is a bomb', png(8, 8, 0, new Uint8Array(2 ** 24)), /bad\.png: byte \d+: expected the 72 bytes of the pixels, which \d+ /], // prettier-ignore
  [
    'of a palette without colours',
    png(8, 8, 3, new Uint8Array(72), Uint8Array.of()),
    /bad\.png: byte 33: expected one palette of 1 to 256 colours /,
  ],
];

test.each(badPngs)('train on a folder with a PNG file %s', async (name, bad, message) => {
  const dir = put(`classes ${name}`, { 'cat/a.png': good, 'dog/bad.png': bad });
  await refuses(['train', '--data', dir, '--out', out], 3, message);
});

const idx = (shape: number[], data: Uint8Array) =>
  Uint8Array.from([0, 0, 8, shape.length, ...shape.flatMap((n) => [0, 0, n >> 8, n & 255]), ...data]);
const images = gzipSync(idx([2, 28, 28], new Uint8Array(2 * 784)));
const labels = (...classes: number[]) => gzipSync(idx([classes.length], Uint8Array.from(classes)));
test.each<[string, Uint8Array, Uint8Array, RegExp]>([
  ['a cut file', images.subarray(0, 30), labels(1, 2), /train-images-idx3-ubyte\.gz: byte 30: expected a gzip file, got: it is cut off/], // prettier-ignore
  ['a label out of range', images, labels(1, 10), /train-labels-idx1-ubyte\.gz: byte 9: expected a label below 10, got 10 for image 1$/], // prettier-ignore
  [
    'a text',
    Buffer.from('<html>'),
    labels(1, 2),
    /train-images-idx3-ubyte\.gz: byte 0: expected an IDX file/,
  ],
])('train on MNIST with %s in --data-dir', async (name, imageFile, labelFile, message) => {
  const dir = put(`mnist ${name}`, {
    'train-images-idx3-ubyte.gz': imageFile,
    'train-labels-idx1-ubyte.gz': labelFile,
  });
  await refuses(['train', '--dataset', 'mnist', '--data-dir', dir, '--out', out], 3, message);
  expect(readdirSync(dir).length).toBe(2);
});

describe('a configuration', () => {
  const table = runConfig({ kind: 'embedded', name: 'iris' }, defaultRecipe('table'));
  const image = runConfig({ kind: 'set', name: 'digits' }, defaultRecipe('digits', 'hybrid'));
  const { task: _, ...noTask } = image;
  const withFlow = (config: typeof table, change: object) => ({
    ...config,
    model: { ...config.model, flow: { ...config.model.flow, ...change } },
  });
  const rows: [string, object, string[]][] = [
    ['a table', { ...withFlow(table, { activation: 'sine' }), stpes: 1 }, [
      "got 'sine' (did you mean 'sin'?)",
      "unknown key 'stpes' (did you mean 'steps'?)",
    ]], // prettier-ignore
    ['a table of no set', { ...table, data: { kind: 'embedded', name: 'irsi' } }, [
      "data.name: expected one of faithful, iris, quakes, got 'irsi' (did you mean 'iris'?)",
    ]], // prettier-ignore
    ['a table of no kind', { ...table, data: { kind: 'embeded', name: 'iris' } }, [
      "data.kind: expected one of toy, embedded, file, set, folder, got 'embeded' (did you mean 'embedded'?)",
    ]], // prettier-ignore
    ['images', { ...withFlow(image, { activation: 'elo', multiscale: true }), task: 'hybird', warmpu: 1 }, [
      "task: expected one of density, classify, hybrid, got 'hybird' (did you mean 'hybrid'?)",
      "unknown key 'warmpu' (did you mean 'warmup'?)",
      "got 'elo' (did you mean 'elu'?)",
      "unknown key 'multiscale' (did you mean 'multiScale'?)",
    ]], // prettier-ignore
    ['images without a task', { ...noTask, taks: 'hybrid' }, [
      'task: expected one of density, classify, hybrid, got nothing',
      "unknown key 'taks' (did you mean 'task'?)",
    ]], // prettier-ignore
    ['the first version', { data: { kind: 'embedded', name: 'iris' }, stpes: 1 }, [
      "unknown key 'stpes' (did you mean 'steps'?)",
    ]], // prettier-ignore
  ];
  test.each(rows)('of %s lists all that is wrong, with the nearest names', async (name, config, wanted) => {
    const file = join(put(`config ${name}`, { 'config.json': JSON.stringify(config) }), 'config.json');
    await refuses(['train', '--config', file, '--out', out], 2, /config\.json: /);
    const { stderr } = await here('train', '--config', file, '--out', out, '-q');
    for (const part of wanted) expect(stderr).toContain(part);
  });

  test('that is no JSON is named', async () => {
    const file = join(
      put('config cut', { 'config.json': JSON.stringify(table).slice(0, 40) }),
      'config.json',
    );
    await refuses(['train', '--config', file, '--out', out], 3, /config\.json: expected JSON, got /);
  });
});

describe('a model', () => {
  const tableModel = join(home, 'table model');
  const imageModel = join(home, 'image model');
  const columns = ['a', 'b'];
  const flowConfig = { dimension: 2, blocks: 2, hidden: [4], activation: 'elu', coefficient: 0.9, actNorm: true, logDet: { kind: 'exact' } } as const; // prettier-ignore
  const tableConfig = (model: object) => ({ format: 'iresnet-table-density', version: 1, columns, model });
  const title = 'digits';
  const classes = [...'0123456789'];
  const small = defaultRecipe('digits', 'density').model as ImageIResNetConfig;
  const [scale] = small.flow.scales;
  const withScale = (change: object) => ({ ...small, flow: { ...small.flow, scales: [{ ...scale!, blocks: 1, channels: 4, ...change }] } }); // prettier-ignore

  beforeAll(async () => {
    await saveModule(tableModel, {
      config: tableConfig(flowConfig),
      module: iResNet({ kind: 'dense', flow: flowConfig, head: null }, createRng(1)).flow,
    });
    const model = iResNet(withScale({}), createRng(1));
    const input = { kind: 'images', title, shape: [8, 8, 1], levels: 17, classes } as const;
    await saveModel(imageModel, { model, input, task: 'density', recipe: null });
    // Both are good as they are.
    await openModel(tableModel);
    await openModel(imageModel);
  });

  const target = join(home, 'scores.csv');
  const samples = join(home, 'samples.npy');
  const score = (dir: string, ...flags: string[]) => ['score', dir, ...flags, '--out', target];
  const csv = () => join(put('rows', { 'rows.csv': 'a,b\n1,2\n' }), 'rows.csv');
  const picture = () => join(put('picture', { 'one.png': good }), 'one.png');
  afterEach(() => expect([existsSync(target), existsSync(samples)]).toEqual([false, false]));

  /** A copy with one file changed. */
  function copy(of: string, name: string, file: string, change: (bytes: Buffer) => Uint8Array): string {
    const files = Object.fromEntries(readdirSync(of).map((entry) => [entry, readFileSync(join(of, entry))]));
    return put(name, { ...files, [file]: change(files[file]!) });
  }
  const flip = (bytes: Buffer) => {
    bytes[bytes.length - 3]! ^= 1;
    return bytes;
  };

  test.each(['model.safetensors', 'config.json', 'manifest.json'])(
    'with a flipped bit in %s',
    async (file) => {
      const table = copy(tableModel, `table flipped ${file}`, file, flip);
      const image = copy(imageModel, `image flipped ${file}`, file, flip);
      const message = new RegExp(`${file.replace('.', '\\.')}: expected `);
      await refuses(score(table, '--data', csv()), 3, message);
      await refuses(score(image, '--data', picture()), 3, message);
      await refuses(['eval', image, '--data', picture()], 3, message);
      await refuses(['certify', image], 3, message);
      await refuses(['sample', image, '-n', '1', '--out', samples], 3, message);
    },
  );

  test('whose config.json another hand has changed', async () => {
    const edit = (bytes: Buffer) => Buffer.from(String(bytes).replace('"channels": 4', '"channels": 5'));
    const dir = copy(imageModel, 'edited', 'config.json', edit);
    await refuses(score(dir, '--data', picture()), 3, /config\.json: expected sha256 \S+, got \S+$/);
  });

  test('of another configuration lists all differences at once', async () => {
    const { model } = await openModel(imageModel);
    const image = join(home, 'other image');
    const config = { format: 'iresnet-image-model', version: 1, task: 'density', title, levels: 17, classes };
    await saveModule(image, {
      config: { ...config, model: withScale({ blocks: 2, channels: 5 }) },
      module: model,
    });
    const table = join(home, 'other table');
    const { flow: density } = (await openModel(tableModel)).model;
    const other = { ...flowConfig, blocks: 3, hidden: [5] };
    await saveModule(table, { config: tableConfig(other), module: density });
    // One more block: its layers of 4 tensors, 3 of its normalization, 3 of its matrix. The others
    // differ in their kernels, and where these are wide.
    const differences = [
      [
        image,
        picture(),
        3 * 4 + 3 + 3,
        11,
        '"flow.bijector.1.0.3.0.kernel": expected F32 [3,3,4,5], got F32 [3,3,4,4]',
      ],
      [table, csv(), 2 * 4 + 3, 2 * 6, '"flow.bijector.1.0.kernel": expected F32 [2,5], got F32 [2,4]'],
    ] as const;
    for (const [dir, data, missing, differing, one] of differences) {
      const { code, stdout, stderr } = await here(...score(dir, '--data', data), '-q');
      expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
      const [first, ...rest] = stderr.trimEnd().split('\n');
      const all = `expected the tensors of the module, got ${missing + differing} differences:`;
      expect(first).toBe(`error: ${dir}/model.safetensors: ${all}`);
      expect(rest.length).toBe(missing + differing);
      expect(rest.filter((line) => line.startsWith('  missing "')).length).toBe(missing);
      expect(rest).toContain(`  ${one}`);
    }
  });

  test.each(badPngs.filter(([name]) => name !== 'of another size'))('and a PNG file %s to score', async (_, bad, message) => {
    const file = join(put('to score', { 'bad.png': bad }), 'bad.png');
    await refuses(score(imageModel, '--data', file), 3, message);
  }); // prettier-ignore

  test('and an npy file that is cut, or of other numbers', async () => {
    const whole = toNpy(pixels, [1, 8, 8]);
    const npy = (bytes: Uint8Array) => join(put('arrays', { 'x.npy': bytes }), 'x.npy');
    await refuses(score(imageModel, '--data', npy(whole.subarray(0, -1))), 3, /x\.npy: byte 128: expected 64 bytes of data for shape \[1, 8, 8\], got 63$/); // prettier-ignore
    await refuses(score(imageModel, '--data', npy(toNpy(Float32Array.from(pixels), [1, 8, 8]))), 3, /x\.npy: expected uint8 .* got float32 \[1,8,8\]$/); // prettier-ignore
  });

  test('and a CSV file of the wrong columns or values', async () => {
    const file = (text: string) => join(put('tables', { 'x.csv': text }), 'x.csv');
    await refuses(score(tableModel, '--data', file('a,c\n1,2\n')), 3, /x\.csv: expected a column 'b'/);
  });
});

test('a PNG file with a palette is read by its colours', async () => {
  const rows = Uint8Array.of(0, 0, 1, 0, 1, 0);
  const coloured = png(2, 2, 3, rows, Uint8Array.of(255, 0, 0, 0, 0, 255));
  const folder = put('palettes', { 'flags/a.png': coloured });
  const { train } = await loadData({ kind: 'folder', folder });
  const [red, blue] = [[255, 0, 0], [0, 0, 255]]; // prettier-ignore
  expect(train).toMatchObject({ count: 1, shape: [2, 2, 3], classes: ['flags'] });
  expect([...train.images]).toEqual([red, blue, blue, red].flat());
});
