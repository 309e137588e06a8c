import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { afterAll, describe, expect, test } from 'vitest';
import { toNpy } from '../../src';
import { readImages } from '../../src/node';

const home = mkdtempSync(join(tmpdir(), 'iresnet images '));
afterAll(() => rmSync(home, { recursive: true, force: true }));

function file(name: string, content: Uint8Array | string): string {
  const path = join(home, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  return path;
}

const pixel = (grey: number) =>
  encode({ width: 1, height: 1, depth: 8, channels: 1, data: Uint8Array.of(grey) });

describe('arrays', () => {
  test('of three and of four axes', async () => {
    const values = Uint8Array.from({ length: 12 }, (_, i) => 20 * i);
    const three = await readImages(file('three.npy', toNpy(values, [2, 3, 2])));
    expect(three).toEqual({
      images: { count: 2, shape: [3, 2, 1], images: values, levels: 256 },
      names: null,
      labels: null,
      notes: [],
    });
    const four = await readImages(file('FOUR.NPY', toNpy(values, [1, 2, 2, 3])));
    expect(four.images).toMatchObject({ count: 1, shape: [2, 2, 3] });
  });

  test.each([
    [new Float32Array(4), [1, 2, 2], 'got float32 [1,2,2]'],
    [new Uint8Array(4), [2, 2], 'got uint8 [2,2]'],
    [new Uint8Array(0), [0, 2, 2], 'got uint8 [0,2,2]'],
  ])('others are refused: %o %j', async (values, shape, message) => {
    const path = file('other.npy', toNpy(values, shape));
    await expect(readImages(path)).rejects.toMatchObject({
      kind: 'data',
      message: `${path}: expected uint8 [n,h,w,c] or [n,h,w], ${message}`,
    });
  });
});

test('a folder, with classes where each picture lies in one', async () => {
  file('set/cat/1.png', pixel(3));
  file('set/dog/2.png', pixel(200));
  const { images, names, labels } = await readImages(join(home, 'set'));
  expect(Array.from(images.images)).toEqual([3, 200]);
  expect([names, labels]).toEqual([
    ['cat/1.png', 'dog/2.png'],
    ['cat', 'dog'],
  ]);
  file('set/3.png', pixel(4));
  expect((await readImages(join(home, 'set'))).labels).toBeNull();
});

test('one picture, with the channels that are wanted', async () => {
  const { images, names } = await readImages(file('one.png', pixel(7)), { channels: 3 });
  expect(images).toEqual({ count: 1, shape: [1, 1, 3], images: Uint8Array.of(7, 7, 7), levels: 256 });
  expect(names).toEqual(['one.png']);
});

test.each([
  [() => file('table.csv', 'a\n1\n'), 'another file'],
  [() => join(home, 'none'), 'nothing there'],
])('what is not images is refused', async (path, found) => {
  await expect(readImages(path())).rejects.toThrow(
    `${path()}: expected a folder of PNG or JPEG files, such a file or an .npy file, got ${found}`,
  );
});
