import { chmodSync, readdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { cacheDir, cifar10, cifar100, fashionMnist, kmnist, mnist, type LoadOptions } from '../../src/node';
import { loadPublished } from '../../src/node/load';
import { rejection } from '../failure';
import { folders } from './folder';
import { cifarSource, idxSource } from './published';
import { fill, idx, images, labels, ramp, record, tar } from './sets';
import { sha256 } from './sha256';

const newFolder = folders();
afterEach(() => vi.unstubAllEnvs());

/** A folder with these files. */
const folderOf = (files: Readonly<Record<string, Uint8Array>>) => fill(newFolder(), files);

/** A network that serves one content for all, and notes what was asked for. */
function network(content: Uint8Array<ArrayBuffer>) {
  const asked: string[] = [];
  const fetcher: typeof fetch = async (input) => {
    asked.push(String(input));
    return new Response(content, { headers: { 'content-length': String(content.length) } });
  };
  return { asked, fetch: fetcher };
}
const offline: typeof fetch = async (input) => {
  throw new Error(`a request to ${String(input)}`);
};

describe('cacheDir', () => {
  it.each([
    [{ IRESNET_CACHE: '/own', XDG_CACHE_HOME: '/xdg' }, '/own'],
    [{ IRESNET_CACHE: '', XDG_CACHE_HOME: '/xdg' }, '/xdg/iresnet'],
    [{ XDG_CACHE_HOME: 'relative' }, join(homedir(), '.cache', 'iresnet')],
    [{ XDG_CACHE_HOME: '' }, join(homedir(), '.cache', 'iresnet')],
    [{}, join(homedir(), '.cache', 'iresnet')],
    [{ IRESNET_CACHE: 'here' }, join(process.cwd(), 'here')],
  ])('of %j is %s', (env, dir) => expect(cacheDir(env)).toBe(dir));

  it('is that of the process by default', () => {
    vi.stubEnv('IRESNET_CACHE', '/own');
    expect(cacheDir()).toBe('/own');
  });
});

const sets = { mnist, fashionMnist, kmnist };
describe.each(Object.keys(sets) as (keyof typeof sets)[])('%s', (name) => {
  const load = (dir: string, split: LoadOptions['split'] = 'train') =>
    sets[name]({ split, dir, fetch: offline });

  it('reads a folder, compressed or not, of any number of images', async () => {
    for (const gzip of [false, true]) {
      const [suffix, pack] = gzip ? ['.gz', gzipSync] : ['', (bytes: Uint8Array) => bytes];
      const dir = folderOf({
        [`train-images-idx3-ubyte${suffix}`]: pack(images(3)),
        [`train-labels-idx1-ubyte${suffix}`]: pack(labels(9, 0, 4)),
        [`t10k-images-idx3-ubyte${suffix}`]: pack(images(1)),
        [`t10k-labels-idx1-ubyte${suffix}`]: pack(labels(7)),
      });
      const set = await load(dir);
      expect(set).toMatchObject({ count: 3, shape: [28, 28, 1], labels: Uint8Array.of(9, 0, 4) });
      expect(set.images).toEqual(ramp(3 * 784));
      expect(new Set(set.classes).size).toBe(10);
      expect([...(await load(dir, 'test')).labels]).toEqual([7]);
    }
  });

  // Each row: the two files, and the error behind the path of the one that is at fault.
  const bad: [string, Uint8Array, Uint8Array, RegExp][] = [
    [
      'fewer labels',
      images(2),
      labels(1),
      /labels-idx1-ubyte: byte 4: expected a label for each of 2 images in .*, got 1$/,
    ],
    [
      'a label out of range',
      images(2),
      labels(3, 10),
      /labels-idx1-ubyte: byte 9: .* below 10, got 10 for image 1$/,
    ],
    [
      'labels of two dimensions',
      images(1),
      idx([1, 1], ramp(1)),
      /labels.*: expected bytes \[n\], got Uint8Array \[1, 1\]$/,
    ],
    [
      'images of rank 4',
      idx([1, 28, 28, 1], ramp(784)),
      labels(0),
      /images.*: expected bytes \[n, 28, 28\], got .*\[1, 28, 28, 1\]$/,
    ],
    [
      'another size',
      idx([1, 27, 28], ramp(756)),
      labels(0),
      /images.*: expected bytes \[n, 28, 28\], got .*\[1, 27, 28\]$/,
    ],
    ['another type', idx([1, 28, 28], ramp(784), 9), labels(0), /images.*: expected bytes .* got Int8Array/],
    ['no images', images(0), labels(), /images.*: expected images, got none$/],
    ['labels for images', labels(1), labels(1), /images.*: expected bytes \[n, 28, 28\], got .*\[1\]$/],
    ['a cut file', images(2).slice(0, -1), labels(0, 1), /images.*: byte 16: expected 1584 bytes in all/],
    [
      'a cut gzip file',
      gzipSync(images(2)).subarray(0, -9),
      labels(0, 1),
      /images.*: byte \d+: expected a gzip file, got: it is cut off/,
    ],
    [
      'a damaged gzip file',
      flipped(gzipSync(images(2))),
      labels(0, 1),
      /images.*: expected a gzip file, got: it is damaged/,
    ],
    [
      'gzip with something behind it',
      Buffer.concat([gzipSync(images(2)), Buffer.from('tail')]),
      labels(0, 1),
      /images.*: expected a gzip file/,
    ],
    [
      'a bomb',
      gzipSync(new Uint8Array(48_000_001)),
      labels(0),
      /images.*: expected at most 48000000 bytes inside the gzip file, got more$/,
    ],
  ];
  if (name === 'mnist') {
    it.each(bad)('refuses %s', async (_, imageFile, labelFile, message) => {
      const dir = folderOf({ 'train-images-idx3-ubyte': imageFile, 'train-labels-idx1-ubyte': labelFile });
      const what = await rejection('data', load(dir));
      expect(what).toMatch(message);
      expect(what.startsWith(dir)).toBe(true);
    });
  }

  it('never joins images of one place with labels of another', async () => {
    const dir = folderOf({ 'train-images-idx3-ubyte.gz': gzipSync(images(1)) });
    expect(await rejection('data', load(dir))).toBe(
      `${dir}: expected train-labels-idx1-ubyte (or .gz) next to train-images-idx3-ubyte, found none`,
    );
    expect(await rejection('data', load(join(dir, 'absent')))).toMatch(
      /absent: expected to list it, got: no such file/,
    );
    expect(await rejection('argument', load(dir, 'all' as 'train'))).toMatch(
      /expected split 'train' or 'test', got "all"$/,
    );
  });

  it('asks the publisher where neither folder nor cache has it, and takes no other content', async () => {
    vi.stubEnv('IRESNET_CACHE', newFolder());
    const { asked, fetch } = network(Uint8Array.from(images(1)));
    const source = idxSource(name === 'fashionMnist' ? 'fashion-mnist' : name);
    const dir = folderOf({ 'train-images-idx3-ubyte': images(1) });
    await rejection('data', sets[name]({ split: 'test', dir, fetch }));
    expect(new Set(asked)).toEqual(new Set([source.test.images.url]));
  });
});

/** The file with one bit of its content changed. */
function flipped(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[copy.length - 6]! ^= 1; // in the CRC
  return copy;
}

const firstPixel = (start: number) => [start, (start + 1024) % 256, (start + 2048) % 256];

describe('cifar10', () => {
  const load = (dir: string, split: LoadOptions['split'] = 'train') =>
    cifar10({ split, dir, fetch: offline });
  const batches = Object.fromEntries(
    [1, 2, 3, 4, 5].map((i) => [`cifar-10-batches-bin/data_batch_${i}.bin`, record(10 * i, i)]),
  );
  const archive = tar({
    ...batches,
    'cifar-10-batches-bin/test_batch.bin': record(7, 9),
    '../evil': ramp(5),
  });

  it.each([
    ['the archive', { 'cifar-10-binary.tar.gz': gzipSync(archive) }],
    ['the archive, decompressed', { 'cifar-10-binary.tar': archive }],
    ['its folder', { ...batches, 'cifar-10-batches-bin/test_batch.bin': record(7, 9) }],
  ])('reads %s', async (_, files) => {
    const dir = folderOf(files);
    const set = await load(dir);
    expect(set).toMatchObject({ count: 5, shape: [32, 32, 3], labels: Uint8Array.of(1, 2, 3, 4, 5) });
    expect([...set.images.subarray(3072, 3075)]).toEqual(firstPixel(20));
    const test = await load(dir, 'test');
    expect(test.labels).toEqual(Uint8Array.of(9));
    expect(test.classes[9]).toBe('truck');
    expect(readdirSync(dir)).toEqual([Object.keys(files)[0]!.split('/')[0]]); // nothing was unpacked
  });

  it('reads the batches that are there, before any archive', async () => {
    const dir = folderOf({
      'data_batch_4.bin': record(0, 4),
      'data_batch_2.bin': Uint8Array.from([...record(0, 2), ...record(1, 3)]),
      'cifar-10-binary.tar.gz': Uint8Array.of(1),
    });
    expect([...(await load(dir)).labels]).toEqual([2, 3, 4]);
  });

  it('names the file and the record that are at fault', async () => {
    const bad: [Readonly<Record<string, Uint8Array>>, RegExp][] = [
      [{ 'data_batch_1.bin': record(0, 10) }, /data_batch_1\.bin: record 0, byte 0: .* at most 9, got 10$/],
      [
        { 'data_batch_1.bin': new Uint8Array(0) },
        /data_batch_1\.bin: record 0, byte 0: expected 3073 bytes, got 0$/,
      ],
      [
        { 'cifar-10-binary.tar': tar({ 'cifar-10-batches-bin/data_batch_1.bin': record(0, 1) }) },
        /cifar-10-binary\.tar: expected a file 'cifar-10-batches-bin\/data_batch_2\.bin' in the archive, found none$/,
      ],
      [
        { 'cifar-10-binary.tar.gz': gzipSync(archive.subarray(0, 2000)) },
        /byte 0: expected a file of at most/,
      ],
      [
        {
          'cifar-10-binary.tar': tar({ ...batches, 'cifar-10-batches-bin/data_batch_5.bin': record(0, 77) }),
        },
        /cifar-10-binary\.tar: cifar-10-batches-bin\/data_batch_5\.bin: record 0, byte 0: .* got 77$/,
      ],
    ];
    for (const [files, message] of bad)
      expect(await rejection('data', load(folderOf(files)))).toMatch(message);
  });

  it('asks the publisher for the archive, and takes no other content', async () => {
    vi.stubEnv('IRESNET_CACHE', newFolder());
    const { asked, fetch } = network(Uint8Array.from(gzipSync(archive)));
    await rejection('data', cifar10({ split: 'train', fetch }));
    await rejection('data', cifar100({ split: 'train', fetch }));
    expect([...new Set(asked)]).toEqual([
      cifarSource('cifar10').archive.url,
      cifarSource('cifar100').archive.url,
    ]);
  });
});

describe('cifar100', () => {
  it('reads the fine labels from its files and from the archive', async () => {
    const file = Uint8Array.from([...record(3, 19, 99), ...record(5, 0, 0)]);
    for (const files of [
      { 'train.bin': file },
      { 'cifar-100-binary/train.bin': file },
      { 'cifar-100-binary.tar.gz': gzipSync(tar({ 'cifar-100-binary/train.bin': file })) },
    ]) {
      const set = await cifar100({
        split: 'train',
        dir: folderOf(files as Record<string, Uint8Array>),
        fetch: offline,
      });
      expect([...set.labels]).toEqual([99, 0]);
      expect(set.classes.length).toBe(100);
      expect([set.classes[0], set.classes[99]]).toEqual(['apple', 'worm']);
      expect([...set.images.subarray(0, 3)]).toEqual(firstPixel(3));
    }
  });
});

describe('the cache', () => {
  const content = Uint8Array.from(gzipSync(images(2)));
  const published = {
    url: 'https://data.test/set/images.gz',
    bytes: content.length,
    sha256: sha256(content),
  };

  it('is filled once, and verified at each use', async () => {
    vi.stubEnv('IRESNET_CACHE', newFolder());
    const { asked, fetch } = network(content);
    const path = join(cacheDir(), 'set', 'images.gz');
    const load = () => loadPublished(published, 'set', 10_000, { split: 'train', fetch });
    expect(await load()).toEqual({ path, bytes: Buffer.from(images(2)) });
    await load();
    expect(asked).toEqual([published.url]);
    writeFileSync(
      path,
      content.map((byte) => byte ^ 1),
    );
    expect((await load()).bytes).toEqual(Buffer.from(images(2)));
    expect(asked.length).toBe(2);
    const tooMuch = loadPublished(published, 'set', 100, { split: 'train', fetch });
    expect(await rejection('data', tooMuch)).toMatch(
      /images\.gz: expected at most 100 bytes inside the gzip file/,
    );
  });

  it('that is a file is named, with what to do', async () => {
    const path = join(newFolder(), 'plain');
    writeFileSync(path, '');
    vi.stubEnv('IRESNET_CACHE', path);
    const { fetch } = network(content);
    const message = await rejection('data', mnist({ split: 'test', fetch }));
    expect(message).toMatch(
      /plain: expected a cache that can be written, got: .*\((ENOTDIR|EEXIST)\); set IRESNET_CACHE to another folder$/,
    );
  });

  it.skipIf(process.getuid?.() === 0)('that cannot be written is named, with what to do', async () => {
    const path = newFolder();
    chmodSync(path, 0o500);
    vi.stubEnv('IRESNET_CACHE', path);
    const { fetch } = network(content);
    expect(await rejection('data', mnist({ split: 'test', fetch }))).toMatch(
      /permission denied \(EACCES\); set IRESNET_CACHE to another folder$/,
    );
  });
});
