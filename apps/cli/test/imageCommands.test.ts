import * as tf from '@tensorflow/tfjs';
import { createRng, noGrad } from '@iresnet/core';
import { digits, imageBatch, parseNpy, takeImages, toImages, toNpy, type ImageSet } from '@iresnet/datasets';
import { decode, encode } from 'fast-png';
import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { openModel, score, type Pipeline } from '@iresnet/pipeline';
import { picturesOf } from '@iresnet/pipeline/run';
import { openRun } from '@iresnet/pipeline/run/node';
import { here, iresnet, succeed, temporaryFolder } from './command';

const home = temporaryFolder('iresnet images ü ');
const path = (name: string): string => join(home, name);
const hybrid = path('runs/001-digits-hybrid');
const classifier = path('runs/002-digits-classify');
const plain = path('runs/003-digits-density');
const LEVELS = 17;
const SIZE = 64;

let saved: Pipeline;
let heldOut: ImageSet;

beforeAll(async () => {
  const tiny = ['--blocks', '1,1', '--channels', '4,4', '-q', '--out', path('runs')];
  const train = (...flags: string[]) => succeed('train', '--dataset', 'digits', ...tiny, ...flags);
  await train('--steps', '10');
  await train('--steps', '1', '--task', 'classify');
  await train('--steps', '1', '--task', 'density', '--coefficient', 'none');
  saved = await openModel(hybrid);
  const { source } = await openRun(hybrid, { pipeline: saved });
  heldOut = source.heldOut.data as ImageSet;
});

/** The first n held-out images. */
const first = (n: number): ImageSet =>
  takeImages(
    heldOut,
    Array.from({ length: n }, (_, i) => i),
  );
/** Levels as the bytes of a file. */
const asBytes = (levels: Uint8Array): Uint8Array => levels.map((k) => Math.round((k * 255) / (LEVELS - 1)));
const npy = (file: string) => parseNpy(readFileSync(file));
const png = (bytes: Uint8Array, width = 8, channels = 1) =>
  encode({ width, height: bytes.length / (width * channels), data: bytes, channels, depth: 8 });

/** Rows of a CSV text by the names of its header. */
function records(text: string): Record<string, string>[] {
  const [header, ...lines] = text.trimEnd().split('\n');
  const names = header!.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, i) => [names[i]!, cell])));
}

/**
 * The 8×8 pictures of a contact sheet, row by row: magnified seven times, with a grey line between.
 */
function cut(file: string, columns: number): Uint8Array[] {
  const { data, width, height, channels } = decode(readFileSync(file));
  expect([channels, width]).toEqual([1, columns * 57 - 1]);
  const rows = (height + 1) / 57;
  return Array.from({ length: rows * columns }, (_, i) => {
    const [left, top] = [(i % columns) * 57, Math.floor(i / columns) * 57];
    const at = (y: number, x: number): number => data[(top + y) * width + left + x]!;
    const picture = Uint8Array.from({ length: SIZE }, (_, k) => at(7 * (k >> 3), 7 * (k & 7)));
    const magnified = Array.from({ length: 56 * 56 }, (_, k) => at(Math.floor(k / 56), k % 56));
    const index = (k: number): number => 8 * Math.floor(Math.floor(k / 56) / 7) + Math.floor((k % 56) / 7);
    expect(magnified).toEqual(magnified.map((_, k) => picture[index(k)]));
    return picture;
  });
}

/** The picture i of an array of them. */
const at = (values: ArrayLike<number>, i: number): Uint8Array =>
  Uint8Array.from({ length: SIZE }, (_, k) => values[i * SIZE + k]!);

/** Write pictures as PNG files, into folders by class where they shall have any. */
function folder(name: string, set: ImageSet, classes: boolean): string {
  for (let i = 0; i < set.count; i++) {
    const dir = join(path(name), classes ? set.classes[set.labels[i]!]! : '');
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, `${String(i).padStart(2, '0')}.png`), png(asBytes(at(set.images, i))));
  }
  return path(name);
}

describe('eval', () => {
  test('gives the numbers of the training', async () => {
    const truth: unknown = JSON.parse(readFileSync(join(hybrid, 'results.json'), 'utf8'));
    expect(JSON.parse(await succeed('eval', hybrid, '--json'))).toEqual(truth);
    expect(await succeed('eval', hybrid)).toMatch(/^test accuracy .*\nbits per dimension /);
  });

  test('of a folder with classes is the share of its predictions that are right', async () => {
    const data = folder('classes', first(30), true);
    const predicted = records(await succeed('score', hybrid, '--data', data));
    const right = predicted.filter(({ image, predicted: label }) => image!.startsWith(`${label}/`));
    const figures = JSON.parse(await succeed('eval', hybrid, '--data', data, '--json')) as Figures;
    expect(figures).toMatchObject({ heldOutImages: 30, reconstruction: { converged: 30 } });
    expect(figures.accuracy!.mean).toBeCloseTo(right.length / 30, 12);
    expect(figures.confusion!.flat().reduce((sum, count) => sum + count)).toBe(30);
  });

  test('of images without classes, or with others, has no accuracy', async () => {
    const flat = JSON.parse(await succeed('eval', hybrid, '--data', folder('flat', first(4), false), '--json')) as Figures; // prettier-ignore
    expect(flat).toMatchObject({ accuracy: null, confusion: null, heldOutImages: 4 });
    const { stderr, stdout } = await here('eval', hybrid, '--json', '--data', folder('letters', { ...first(4), classes: [...'abcdefghij'] }, true)); // prettier-ignore
    expect(JSON.parse(stdout)).toMatchObject({
      accuracy: null,
      bitsPerDim: flat.bitsPerDim === null ? null : {},
    });
    expect(stderr).toContain('are not the model’s; taken as images without');
  });

  interface Figures {
    readonly accuracy: { readonly mean: number } | null;
    readonly confusion: readonly (readonly number[])[] | null;
    readonly bitsPerDim: { readonly mean: number } | null;
  }
});

describe('score', () => {
  test('is the library’s log-likelihood and classification', async () => {
    const scores = records(await succeed('score', hybrid, '--seed', '3'));
    expect(scores).toHaveLength(heldOut.count);
    const set = first(128);
    const { logProb } = await score(saved, set, { seed: 3 });
    const { labels, probabilities } = saved.model.classify(imageBatch(set));
    const [label, probability] = [labels.dataSync(), tf.max(probabilities, 1).dataSync()];
    scores.slice(0, 128).forEach((row, i) => {
      expect(row['image']).toBe(String(i));
      expect(Number(row['log_likelihood'])).toBe(logProb![i]);
      expect(Number(row['bits_per_dim'])).toBeCloseTo(-logProb![i]! / (SIZE * Math.LN2) + Math.log2(17), 12);
      expect(row['predicted']).toBe(String(label[i]));
      expect(Number(row['probability'])).toBe(probability[i]);
    });
  });

  test('is the same of a run, a folder, an array and JSON; ranked, the least likely comes first', async () => {
    const set = first(20);
    const data = folder('twenty', set, false);
    const [array, scores] = [path('twenty.npy'), path('scores.npy')];
    writeFileSync(array, toNpy(asBytes(set.images), [20, 8, 8]));
    const byName = records(await succeed('score', hybrid, '--data', data));
    expect(byName.map(({ image }) => image)).toEqual(readdirSync(data).sort());
    const values = byName.map((row) => Number(row['log_likelihood']));

    expect(await here('score', hybrid, '--data', array, '--out', scores)).toEqual({ code: 0, stdout: '', stderr: `wrote ${scores}\n` }); // prettier-ignore
    const { shape, data: written } = npy(scores);
    expect(shape).toEqual([20]);
    expect(written).toEqual(Float64Array.from(values));

    const lines = (await succeed('score', hybrid, '--data', array, '--rank', '--json')).trimEnd().split('\n');
    const ranked = lines.map((line) => JSON.parse(line) as { image: number; logLikelihood: number });
    const order = Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!);
    expect(ranked.map(({ image }) => image)).toEqual(order);
    expect(ranked.map(({ logLikelihood }) => logLikelihood)).toEqual(order.map((i) => values[i]));
  });

  test('reads greys that are stored as colours, and leaves out an alpha that hides nothing', async () => {
    const one = at(first(1).images, 0);
    mkdirSync(path('colours'));
    const colours = Uint8Array.from(Array.from(asBytes(one)).flatMap((value) => [value, value, value, 255]));
    writeFileSync(path('colours/a.png'), png(asBytes(one)));
    writeFileSync(path('colours/b.png'), png(colours, 8, 4));
    const noise = records(await succeed('score', hybrid, '--data', path('colours')));
    const single = records(await succeed('score', hybrid, '--data', path('colours/b.png')));
    // Image 0 gets the same noise whatever file it comes from.
    expect(single[0]!['log_likelihood']).toBe(noise[0]!['log_likelihood']);
    writeFileSync(path('colours/b.png'), png(colours.fill(128, 3, 4), 8, 4));
    await refuses(['score', hybrid, '--data', path('colours')], 3, /b\.png: expected opaque grey pixels, got \[8, 8, 4\] with transparency\n$/); // prettier-ignore
  });

  test('of a classifier names classes alone', async () => {
    const [row] = records(await succeed('score', classifier));
    expect(Object.keys(row!)).toEqual(['image', 'predicted', 'probability', 'unusable']);
  });
});

describe('sample', () => {
  test('is what the library draws, as an array, a sheet and files', async () => {
    const flags = ['-n', '6', '--seed', '5', '--temperature', '0.7'];
    const out = path('samples.npy');
    const said = await succeed('sample', hybrid, ...flags, '--out', out, '--json');
    expect(JSON.parse(said)).toEqual({ out, count: 6, shape: [8, 8, 1], temperature: 0.7, seed: 5, unconverged: 0 }); // prettier-ignore
    const { shape, data } = npy(out);
    expect(shape).toEqual([6, 8, 8, 1]);
    const drawn = noGrad(() => saved.model.sample(6, createRng(5).split(0), { temperature: 0.7 }));
    expect(data).toEqual(picturesOf(toImages(drawn, { levels: LEVELS })).values);

    await succeed('sample', hybrid, ...flags, '--out', path('samples.PNG'));
    const sheet = cut(path('samples.PNG'), 3);
    expect(sheet).toEqual(sheet.map((_, i) => at(data, i)));

    await succeed('sample', hybrid, ...flags, '--out', `${path('samples')}/`);
    const files = readdirSync(path('samples')).sort();
    expect(files).toEqual(['0.png', '1.png', '2.png', '3.png', '4.png', '5.png']);
    const decoded = files.map((file) => decode(readFileSync(join(path('samples'), file))).data);
    expect(decoded).toEqual(files.map((_, i) => at(data, i)));

    await succeed('sample', hybrid, '-n', '6', '--seed', '6', '--temperature', '0.7', '--out', out);
    expect(npy(out).data).not.toEqual(data);
  });

  test('of a network without normalization says that nothing is guaranteed', async () => {
    const { code, stderr } = await here('sample', plain, '-n', '4', '--out', path('plain.png'));
    expect(code).toBe(0);
    expect(stderr).toMatch(/nothing is guaranteed: \d of 4 images converged/);
  });
});

describe('reconstruct', () => {
  test('prints errors and draws pairs', async () => {
    const out = path('pairs.png');
    const rows = records(await succeed('reconstruct', hybrid, '-n', '18', '--out', out));
    const { maxError } = saved.model.reconstruct(imageBatch(first(18)));
    rows.forEach((row, i) => {
      expect(row).toMatchObject({ image: String(i), converged: 'true' });
      expect(Number(row['max_error'])).toBe(maxError[i]);
      expect(maxError[i]).toBeLessThan(1e-4);
      expect(Number(row['error_bound'])).toBeGreaterThan(0);
    });
    // A row of 16 with what came back below; the two that are left likewise, and grey.
    const pictures = cut(out, 16);
    const originals = Array.from({ length: 18 }, (_, i) => at(asBytes(first(18).images), i));
    const grey = Array.from({ length: 14 }, () => new Uint8Array(SIZE).fill(128));
    const [above, below] = [originals.slice(0, 16), [...originals.slice(16), ...grey]];
    expect(pictures).toEqual([...above, ...above, ...below, ...below]);
  });

  test('of a network without normalization bounds nothing', async () => {
    const { code, stdout, stderr } = await here('reconstruct', plain, '-n', '3', '--json');
    expect(code).toBe(0);
    expect(stderr).toMatch(/nothing is guaranteed: \d of 3 images converged/);
    for (const line of stdout.trimEnd().split('\n'))
      expect(JSON.parse(line)).toMatchObject({ errorBound: null });
  });
});

describe('interpolate', () => {
  test('goes from one image to another', async () => {
    const out = path('path.npy');
    await succeed('interpolate', hybrid, '--from', '0,7', '--to', '3,2', '--steps', '4', '--out', out);
    const { shape, data } = npy(out);
    expect(shape).toEqual([8, 8, 8, 1]);
    const originals = asBytes(heldOut.images);
    const ends = [0, 3, 4, 7].map((i) => at(data, i));
    expect(ends).toEqual([0, 3, 7, 2].map((i) => at(originals, i)));
    const { value } = noGrad(() =>
      saved.model.interpolate(imageBatch(takeImages(heldOut, [7])), imageBatch(takeImages(heldOut, [2])), 4),
    );
    expect(data.slice(4 * SIZE)).toEqual(picturesOf(toImages(value, { levels: LEVELS })).values);
  });

  test('takes the first image of each class, and draws a row for each path', async () => {
    const out = path('path.png');
    const said = await succeed(
      'interpolate',
      hybrid,
      '--classes',
      '3,8',
      '--steps',
      '5',
      '--out',
      out,
      '--json',
    );
    const [three, eight] = [heldOut.labels.indexOf(3), heldOut.labels.indexOf(8)];
    expect(JSON.parse(said)).toEqual({ out, from: [three], to: [eight], steps: 5, unconverged: 0 });
    const pictures = cut(out, 5);
    const originals = asBytes(heldOut.images);
    expect([pictures[0], pictures[4]]).toEqual([at(originals, three), at(originals, eight)]);
  });
});

describe('certify', () => {
  test('prints the certificate of the model', async () => {
    const certificate = saved.model.certify();
    expect(JSON.parse(await succeed('certify', hybrid, '--json'))).toEqual(certificate);
    const text = await succeed('certify', hybrid);
    for (const { lipschitzBound } of certificate.blocks) expect(text).toContain(lipschitzBound!.toFixed(6));
    expect(text).toMatch(/the whole model is proven invertible\n$/);
  });

  test('exits with 6 where a block has no proof', async () => {
    const { code, stdout, stderr } = await here('certify', plain, '--json');
    expect(code).toBe(6);
    expect(stderr).toMatch(/^not proven invertible: block 0: expected a Lipschitz bound below 1, got [\d.]+/);
    expect(JSON.parse(stdout)).toMatchObject({ invertible: false, inverseLipschitz: null });
  });
});

test('report draws the page again, the same', async () => {
  const page = join(hybrid, 'report.html');
  const before = readFileSync(page, 'utf8');
  writeFileSync(page, '');
  expect(await succeed('report', hybrid, '-q')).toBe(`${page}\n`);
  expect(readFileSync(page, 'utf8')).toBe(before);
});

describe('datasets', () => {
  afterEach(() => vi.unstubAllEnvs());

  test('lists every set, and what the cache holds', async () => {
    vi.stubEnv('IRESNET_CACHE', path('cache'));
    const list = async () =>
      JSON.parse(await succeed('datasets', '--json')) as { name: string; here: boolean }[];
    const downloaded = ['mnist', 'fashion-mnist', 'kmnist', 'cifar10', 'cifar100'];
    expect((await list()).filter(({ here: there }) => !there).map(({ name }) => name)).toEqual(downloaded);
    mkdirSync(path('cache/cifar10'), { recursive: true });
    writeFileSync(path('cache/cifar10/cifar-10-binary.tar.gz'), '');
    expect(await list()).toContainEqual(
      expect.objectContaining({ name: 'cifar10', here: true, shape: [32, 32, 3] }),
    );
    const text = await succeed('datasets');
    for (const { name } of await list()) expect(text).toMatch(new RegExp(`^${name} `, 'm'));
  });

  test('shows the first images of a set', async () => {
    await succeed('datasets', 'show', 'digits', '-n', '7', '--out', path('digits.png'));
    const { values } = digits();
    const truth = Array.from({ length: 7 }, (_, i) => asBytes(at(values, i)));
    expect(cut(path('digits.png'), 3)).toEqual([
      ...truth,
      ...[0, 1].map(() => new Uint8Array(SIZE).fill(128)),
    ]);
  });

  test('downloads into a folder that can be written, or says so', async () => {
    writeFileSync(path('no folder'), '');
    await refuses(['datasets', 'download', 'mnist', '--dir', path('no folder')], 3, /expected a cache that can be written, got/); // prettier-ignore
    delete process.env['IRESNET_CACHE'];
  });
});

describe('the same model folder', () => {
  test('in new processes, on another backend, gives the same numbers to float32 rounding', async () => {
    const data = path('eight.npy');
    writeFileSync(data, toNpy(asBytes(first(8).images), [8, 8, 8, 1]));
    const scores = await Promise.all(
      ['cpu', 'wasm'].map(async (backend) => {
        const out = path(`${backend}.npy`);
        const result = await iresnet(
          'score',
          hybrid,
          '--data',
          data,
          '--out',
          out,
          '--backend',
          backend,
          '-q',
        );
        expect(result).toEqual({ code: 0, stdout: '', stderr: '' });
        return npy(out).data;
      }),
    );
    // ln p is a sum of 64 terms of up to 10 and a log-determinant, each to 6e-8 of its size on
    // either backend.
    for (let i = 0; i < 8; i++) expect(Math.abs(scores[0]![i]! - scores[1]![i]!)).toBeLessThan(1e-3);

    const inverses: (readonly number[])[] = [];
    for (const backend of ['cpu', 'wasm']) {
      await tf.setBackend(backend);
      const { model } = await openModel(join(hybrid, 'model'));
      const z = tf.tensor2d(createRng(1).normal([4, SIZE]).dataSync() as Float32Array, [4, SIZE]);
      inverses.push(Array.from(noGrad(() => model.decode(z).value.dataSync())));
    }
    // Values of about 1 through four blocks and ActNorms: some tens of roundings of 6e-8, and the
    // tolerance of the solves.
    inverses[0]!.forEach((value, i) => expect(Math.abs(value - inverses[1]![i]!)).toBeLessThan(2e-5));
  });

  test('knows no images of its own', async () => {
    const data = path('eight.npy');
    const model = join(hybrid, 'model');
    expect(await succeed('score', model, '--data', data)).toBe(
      await succeed('score', hybrid, '--data', data),
    );
    await refuses(
      ['eval', model],
      2,
      /expected the folder of a run, which knows its data, got that of a model/,
    );
  });
});

describe('mistakes', () => {
  const never = path('never.png');

  test.each<[string, (name: string) => void, RegExp]>([
    ['missing', () => undefined, /missing: expected a folder of PNG or JPEG files, such a file or an \.npy file, got nothing there/],
    ['table.csv', (name) => writeFileSync(name, 'a\n1\n'), /table\.csv: expected a folder .*, got another file/],
    ['empty', (name) => mkdirSync(name), /empty: expected PNG or JPEG files in it or in folders within, found none/],
    ['text', (name) => picture(name, 'no picture'), /text\/1\.png: byte 0: expected a PNG or JPEG file, got /],
    ['half', (name) => { picture(name, png(new Uint8Array(SIZE))); truncateSync(join(name, '1.png'), 40); }, /half\/1\.png: byte 33: expected a chunk /],
    ['deep', (name) => picture(name, encode({ width: 8, height: 8, channels: 1, depth: 16, data: new Uint16Array(SIZE) })), /deep\/1\.png: byte \d+: expected/],
    ['wide', (name) => picture(name, png(new Uint8Array(128), 16)), /wide: expected images \[8,8,1\] as the model takes, got \[8,16,1\]/],
    ['red', (name) => picture(name, png(new Uint8Array(3 * SIZE).fill(9, 0, 1), 8, 3)), /red\/1\.png: expected opaque grey pixels, got \[8, 8, 3\] with colours\n$/],
    ['float.npy', (name) => writeFileSync(name, toNpy(new Float32Array(SIZE), [1, 8, 8])), /float\.npy: expected uint8 \[n,h,w,c\] or \[n,h,w\], got float32 \[1,8,8\]/],
    ['flat.npy', (name) => writeFileSync(name, toNpy(new Uint8Array(SIZE), [1, SIZE])), /flat\.npy: expected uint8 \[n,h,w,c\] or \[n,h,w\], got uint8 \[1,64\]/],
    ['cut.npy', (name) => writeFileSync(name, toNpy(new Uint8Array(SIZE), [1, 8, 8]).subarray(0, 150)), /cut\.npy: byte 128: expected 64 bytes of data/],
  ])('--data %s', async (name, make, message) => {
    make(path(name));
    await refuses(['reconstruct', hybrid, '--data', path(name), '--out', never], 3, message);
    const scores = path('never.csv');
    await refuses(['score', hybrid, '--data', path(name), '--out', scores], 3, message);
    expect(existsSync(never) || existsSync(scores)).toBe(false);
  }); // prettier-ignore

  test.each<[string, () => string[], RegExp]>([
    ['sample without --out', () => ['sample', hybrid], /expected --out with a \.png file, an \.npy file, a folder .*, got none/],
    ['an unknown form', () => ['sample', hybrid, '--out', 'x.jpg'], /got x\.jpg/],
    ['pairs as an array', () => ['reconstruct', hybrid, '--out', 'x.npy'], /expected --out with a \.png file, got x\.npy/],
    ['to draw from a classifier', () => ['sample', classifier, '--out', never], /expected a model with a density, got one that only classifies/],
    ['to rank by a classifier', () => ['score', classifier, '--rank'], /expected a model with a density for --rank, got one that only classifies/],
    ['an image that is not there', () => ['interpolate', hybrid, '--from', '0', '--to', '999', '--out', never], /expected an index below 359 images, got 999/],
    ['a class that is not there', () => ['interpolate', hybrid, '--classes', '3,x', '--out', never], /expected a class that .* has images of \(0, 1, .*\), got x/],
    ['classes of images without', () => ['interpolate', hybrid, '--classes', '3,8', '--data', path('twenty.npy'), '--out', never], /expected images with classes for --classes/],
  ])('%s is wrong usage', async (_name, args, message) => {
    await refuses(args(), 2, message);
    expect(existsSync(never)).toBe(false);
  }); // prettier-ignore

  test('files that cannot be written', async () => {
    await refuses(['sample', hybrid, '-n', '1', '-q', '--out', path('nowhere/x.png')], 3, /no such file or folder/); // prettier-ignore
    await refuses(['sample', hybrid, '-n', '1', '-q', '--out', path('nowhere/x/')], 3, /expected a folder to write to/); // prettier-ignore
  });
});

function picture(dir: string, content: Uint8Array | string): void {
  mkdirSync(dir);
  writeFileSync(join(dir, '1.png'), content);
}

/** Expect one line on stderr and nothing on stdout. */
async function refuses(args: readonly string[], code: number, message: RegExp): Promise<void> {
  const result = await here(...args);
  expect({ ...result, stderr: '' }).toEqual({ code, stdout: '', stderr: '' });
  expect(result.stderr).toMatch(message);
  expect(result.stderr).toMatch(/^error: [^\n]*\n$/);
}
