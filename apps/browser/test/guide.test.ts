import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import '@tensorflow/tfjs-backend-wasm';
import { build } from 'esbuild';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useBackend } from '@iresnet/backend';
import { digitImages, takeImages, withLevels } from '@iresnet/datasets';
import { classify, openModel, sample, score } from '@iresnet/pipeline';
import { startChromium } from '../../../scripts/chromium';
import { forBrowsers, root } from './harness/bundle';
import { needChromium } from './harness/page';
import { startSite, type Site } from './harness/site';

// The page and the program of the guide, as they stand there.
const guide = readFileSync(join(root, 'docs/in-the-browser.md'), 'utf8');
const blocksOf = (language: string): string[] =>
  Array.from(guide.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'gm')), ([, block]) => block!);
const [html] = blocksOf('html') as [string];
const [program, digitInFront] = blocksOf('ts') as [string, string];
const home = mkdtempSync(join(tmpdir(), 'browser-guide-'));
const model = join(root, 'packages/pipeline/test/fixtures/images-v1/model');
let browser: Browser | undefined;
let site: Site | undefined;
const found = needChromium();

beforeAll(async () => {
  if (!found) return;
  for (const [name, contents] of [
    ['digits.js', program],
    ['three.js', digitInFront + program],
  ] as const) {
    const stdin = { contents, loader: 'ts', resolveDir: import.meta.dirname } as const;
    const { outputFiles } = await build({ ...forBrowsers, stdin });
    writeFileSync(join(home, name), outputFiles[0]!.contents);
  }
  cpSync(model, join(home, 'models/digits'), { recursive: true });
  browser = await startChromium();
  site = await startSite({
    'digits.js': join(home, 'digits.js'),
    'three.js': join(home, 'three.js'),
    models: join(home, 'models'),
  });
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
  rmSync(home, { recursive: true });
});

test('the page of digits says the class of one, and draws others', async () => {
  await useBackend('wasm');
  const pipeline = await openModel(model);
  const digit = withLevels(takeImages(digitImages(), [7]), 256);
  const { labels } = await classify(pipeline, digit);
  const { bitsPerDim } = await score(pipeline, digit);
  const { values } = await sample(pipeline, 10, { temperature: 0.8, seed: 1 });

  const page = await browser!.newPage();
  await page.goto(site!.url);
  const found = await page.evaluate(
    async ([html, pixels]) => {
      document.body.innerHTML = html;
      const contextOf = (id: string) =>
        document.querySelector<HTMLCanvasElement>(`#${id}`)!.getContext('2d')!;
      const rgba = Uint8ClampedArray.from(pixels.flatMap((grey) => [grey, grey, grey, 255]));
      contextOf('digit').putImageData(new ImageData(rgba, 8), 0, 0);
      await (globalThis as unknown as { load(file: string): Promise<unknown> }).load('/digits.js');
      const drawn = contextOf('drawn').getImageData(0, 0, 80, 8).data;
      return { said: document.querySelector('#said')!.textContent, drawn: Array.from(drawn) };
    },
    [html, Array.from(digit.images)] as const,
  );
  expect(found.said).toBe(`${labels[0]}, ${bitsPerDim![0]!.toFixed(3)} bits per dimension`);
  const expected = Array.from({ length: 8 * 80 }, (_, at) => {
    const [row, column] = [Math.floor(at / 80), at % 80];
    return Math.round((255 * values[Math.floor(column / 8) * 64 + row * 8 + (column % 8)]!) / 16);
  });
  expect(found.drawn.filter((_, i) => i % 4 === 0)).toEqual(expected);
});

test('a digit of the data set is there with the lines in front', async () => {
  const { labels } = await classify(await openModel(model), withLevels(takeImages(digitImages(), [3]), 256));
  const page = await browser!.newPage();
  await page.goto(site!.url);
  const said = await page.evaluate(async (text) => {
    document.body.innerHTML = text;
    await (globalThis as unknown as { load(file: string): Promise<unknown> }).load('/three.js');
    return document.querySelector('#said')!.textContent;
  }, html);
  expect(said).toMatch(new RegExp(`^${labels[0]!}, [\\d.]+ bits per dimension$`));
});
