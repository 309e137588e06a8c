import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { datasetNames, datasetRecord } from '../../src/index';
import { datasetFolder, isDownloaded, openDataset } from '../../src/node';
import { failure, rejection } from '../failure';
import { folders } from './folder';
import { fill, images, labels, record } from './sets';

const newFolder = folders();
afterEach(() => vi.unstubAllEnvs());
const offline: typeof fetch = async (input) => {
  throw new Error(`a request to ${String(input)}`);
};

/** One image of each format, as a user's folder may hold it. */
const files = {
  idx: { 't10k-images-idx3-ubyte': images(1), 't10k-labels-idx1-ubyte': labels(3) },
  cifar10: { 'test_batch.bin': record(0, 3) },
  cifar100: { 'test.bin': record(0, 1, 3) },
};

describe('openDataset', () => {
  const published = datasetNames('images').filter((name) => datasetRecord(name, 'images').published);

  it.each(published)('reads %s as its record tells', async (name) => {
    const { shape, levels, classes, published: source } = datasetRecord(name, 'images');
    const dir = fill(newFolder(), files[source!.format]);
    const set = await openDataset(name, { split: 'test', dir, fetch: offline });
    expect(set).toMatchObject({ count: 1, shape, levels, classes });
    expect(set.classes[set.labels[0]!]).toBe(classes[3]);
    expect(set.images.length).toBe(shape[0] * shape[1] * shape[2]);
  });

  it('opens a set that ships with the package, which has no test images', async () => {
    expect((await openDataset('digits', { split: 'train' })).count).toBe(1797);
    expect(await rejection('argument', openDataset('digits', { split: 'test' }))).toBe(
      "datasets.openDataset: expected split 'train' of digits, which has no test images of its own, got 'test'",
    );
  });

  it('refuses other names', async () => {
    const open = openDataset('minst' as 'mnist', { split: 'train' });
    expect(await rejection('argument', open)).toContain("got 'minst' (did you mean 'mnist'?)");
    expect(failure('argument', () => datasetFolder('../x' as 'mnist'))).toContain("got '../x'");
  });
});

describe('isDownloaded', () => {
  it('is true when every file is in the folder of the set', () => {
    const cache = newFolder();
    vi.stubEnv('IRESNET_CACHE', cache);
    expect(datasetFolder('mnist')).toBe(join(cache, 'mnist'));
    expect([isDownloaded('digits'), isDownloaded('mnist'), isDownloaded('cifar10')]).toEqual([true, false, false]); // prettier-ignore
    const names = ['train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1'];
    const empty = new Uint8Array(1);
    fill(datasetFolder('mnist'), Object.fromEntries(names.slice(1).map((name) => [`${name}-ubyte.gz`, empty]))); // prettier-ignore
    expect(isDownloaded('mnist')).toBe(false);
    fill(datasetFolder('mnist'), { 'train-images-idx3-ubyte.gz': empty });
    fill(datasetFolder('cifar10'), { 'cifar-10-binary.tar.gz': empty });
    expect([isDownloaded('mnist'), isDownloaded('cifar10')]).toEqual([true, true]);
  });
});
