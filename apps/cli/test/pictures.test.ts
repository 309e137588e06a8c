import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { encode } from 'fast-png';
import { describe, expect, test } from 'vitest';
import { here, temporaryFolder } from './command';

const home = temporaryFolder('iresnet pictures ');
const out = join(home, 'runs');

/** One pixel, so that a network is quick to train. */
const pixel = (...channels: number[]) =>
  encode({ width: 1, height: 1, depth: 8, channels: channels.length, data: Uint8Array.from(channels) });
const fixtures = new URL('../../../packages/datasets/test/fixtures/pictures/', import.meta.url);
const jpeg = readFileSync(new URL('one-pixel.jpg', fixtures));

type Files = Readonly<Record<string, Uint8Array | string>>;

function folder(name: string, files: Files): string {
  const dir = join(home, name);
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, file)), { recursive: true });
    if (file.endsWith('/')) mkdirSync(join(dir, file), { recursive: true });
    else writeFileSync(join(dir, file), content);
  }
  return dir;
}

/** So many pictures in a folder, of different greys. */
const greys = (dir: string, count: number, ending = '.png'): Files =>
  Object.fromEntries(
    Array.from({ length: count }, (_, i) => [
      `${dir}${i}${ending}`,
      ending === '.png' ? pixel(20 * i + 3) : jpeg,
    ]),
  );

const tiny = ['--steps', '1', '--blocks', '1', '--channels', '2', '--backend', 'cpu', '--out', out];
const density = ['--task', 'density'];

/** What a folder holds, further flags, the exit code, and what is said of it. */
const cases: [string, Files, readonly string[], number, ...string[]][] = [
  ['one-pixel', { ...greys('cat/', 4), ...greys('dog/', 4) }, [], 0, '6 training images of 1×1×1, 2 held out, 2 classes'],
  ['upper', { ...greys('cat/', 4), 'dog/A.PNG': pixel(3), 'dog/B.Png': pixel(5) }, [], 0, '4 training images'],
  ['jpg-in-class', { ...greys('cat/', 2), ...greys('cat/', 2, '.jpeg'), ...greys('dog/', 3, '.jpg') }, [], 0, '5 training images', '2 classes'],
  ['all-jpg', greys('cat/', 4, '.jpg'), [], 3, 'all-jpg: expected a folder of pictures for each of 2 or more classes, found cat alone: add some, or give --task density'],
  ['all-jpg-density', greys('cat/', 4, '.jpg'), density, 0, '2 training images'],
  ['flat', greys('', 4), [], 3, 'flat: expected a folder of pictures for each of 2 or more classes, found pictures without'],
  ['flat-density', greys('', 4), density, 0, '2 training images of 1×1×1, 2 held out, 0 classes'],
  ['empty-class', { ...greys('cat/', 4), 'dog/': '', '__pycache__/x.pyc': '' }, [], 3, 'passed over: 1 .pyc in __pycache__, 2 folders without pictures (__pycache__, dog)', 'empty-class/dog: expected pictures of the class dog, found none'],
  ['empty-class-density', { ...greys('cat/', 4), 'dog/': '', '__pycache__/x.pyc': '' }, density, 0, '2 folders without pictures'],
  ['webp-class', { ...greys('cat/', 4), 'dog/1.webp': '', 'dog/2.webp': '' }, density, 3, 'dog: expected PNG or JPEG files, found 2 .webp'],
  ['others', { ...greys('cat/', 4), ...greys('dog/', 4), 'cat/1.gif': '', 'cat/2.gif': '', 'dog/more/1.png': pixel(1), 'README': '' }, [], 0, 'passed over: 1 file, 2 .gif in cat, 1 folder in dog\n'],
  ['gray-and-rgb', { ...greys('cat/', 4), 'dog/1.png': pixel(1, 2, 3), 'dog/2.png': pixel(4, 5, 6, 255) }, [], 0, 'grey pictures read as colours, like the others: 4 of 6', 'opaque alpha channels left out: 1 of 6', 'images of 1×1×3'],
  ['transparent', { ...greys('cat/', 4), 'dog/1.png': pixel(1, 2, 3, 4) }, density, 3, 'dog/1.png: expected opaque pixels as in', 'cat/0.png, which has no alpha channel'],
  ['nested', { ...greys('train/cat/', 4), ...greys('train/dog/', 4) }, [], 3, 'the folders within (train) hold folders: give one of them'],
  ['mixed-sizes', { ...greys('cat/', 4), 'cat/9.png': encode({ width: 2, height: 1, depth: 8, channels: 1, data: Uint8Array.of(1, 2) }) }, density, 3, 'cat/9.png: expected an image [1, 1, 1] as ', 'got [1, 2, 1]'],
  ['gif-called-png', { ...greys('cat/', 4), 'cat/9.png': 'GIF89a' }, density, 3, 'cat/9.png: byte 0: expected a PNG or JPEG file, got a GIF file'],
]; // prettier-ignore

test.each(cases)('train on a folder: %s', async (name, files, flags, code, ...said) => {
  const result = await here('train', '--data', folder(name, files), ...flags, ...tiny);
  expect(result.code, result.stderr).toBe(code);
  for (const text of said) expect(result.stderr + result.stdout).toContain(text);
});

describe('links', () => {
  const dir = folder('links', { ...greys('cat/', 4), ...greys('dog/', 4) });
  symlinkSync('nowhere.png', join(dir, 'cat/dead.png'));
  symlinkSync('loop', join(dir, 'loop'));
  symlinkSync('..', join(dir, 'dog/up'));
  symlinkSync('.', join(dir, 'self'));
  const told =
    'passed over: 1 broken link, 1 broken link in cat, 1 folder in dog, self (a link to a folder above)';

  test('that lead nowhere or round are passed over with a word, in training and in scores', async () => {
    const trained = await here('train', '--data', dir, ...tiny);
    expect(trained.code, trained.stderr).toBe(0);
    expect(trained.stderr).toContain(told);
    const run = /report: (.*)\/report\.html/.exec(trained.stderr + trained.stdout)![1]!;
    for (const command of ['score', 'eval'] as const) {
      const result = await here(command, run, '--data', dir);
      expect(result.code, result.stderr).toBe(0);
      expect(result.stderr).toContain(told);
      if (command === 'score') expect(result.stdout.trimEnd().split('\n').length).toBe(9);
    }
    for (const path of ['loop', 'cat/dead.png', '/dev/zero']) {
      const result = await here('score', run, '--data', path.startsWith('/') ? path : join(dir, path));
      expect([result.code, result.stderr]).toEqual([3, expect.stringMatching(/^error: .*: expected .*\n$/)]);
    }
  });
});
