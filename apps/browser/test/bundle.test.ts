import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { build as vite, type Rolldown } from 'vite';
import { describe, expect, inject, test } from 'vitest';
import { startChromium } from '../../../scripts/chromium';
import { bundle, forBrowsers, root } from './harness/bundle';
import { needChromium } from './harness/page';
import { startSite } from './harness/site';

/** A module for browsers without TensorFlow.js, and the modules that it still imports. */
async function bundled(code: string): Promise<{ gzip: number; imports: string[] }> {
  const { outputFiles, metafile } = await build({
    ...forBrowsers,
    stdin: { contents: code, resolveDir: import.meta.dirname },
    external: ['@tensorflow/*'],
    metafile: true,
    outfile: 'bundle.js',
  });
  const { imports } = metafile.outputs['bundle.js']!;
  return { gzip: gzipSync(outputFiles[0]!.contents).length, imports: imports.map(({ path }) => path) };
}

describe('the root entry of each library', () => {
  const names = readdirSync(join(root, 'packages')).map((folder) => `@iresnet/${folder}`);

  test.each(names)('%s needs no module of Node', async (name) => {
    const { imports } = await bundled(`export * from '${name}';`);
    expect(imports.filter((path) => !path.startsWith('@tensorflow/'))).toEqual([]);
  });

  test('one that needs a module of Node would be found', async () => {
    await expect(bundled("export * from '@iresnet/checkpoint/node';")).rejects.toThrow(/node:/);
  });
});

describe('the main entry of the model', () => {
  test('is without what reads official weights', async () => {
    const main = "export * from '@iresnet/model';";
    const both = await bundled(`${main} export * from '@iresnet/model/official';`);
    expect(both.gzip - (await bundled(main)).gzip).toBeGreaterThan(2000);
  });
});

describe('a page with a density of its own', () => {
  needChromium();
  // Beside the packages as they are published.
  const program = join(inject('published'), 'density.ts');
  const byEsbuild = async (): Promise<string> =>
    new TextDecoder().decode(await bundle(program, inject('published')));
  const byVite = async (): Promise<string> => {
    const made = await vite({
      root: inject('published'),
      configFile: false,
      logLevel: 'error',
      build: { target: 'es2022', write: false, rolldownOptions: { input: program } },
    });
    const [chunk, ...others] = (made as Rolldown.RolldownOutput).output;
    expect(others).toEqual([]);
    return chunk.code;
  };

  test.each([
    ['esbuild', byEsbuild],
    ['Vite', byVite],
  ] as const)('has at most 110 kB of script by %s, TensorFlow.js and all, and learns', async (name, make) => {
    copyFileSync(join(root, 'apps/browser/src/density.ts'), program);
    const script = await make();
    const bytes = gzipSync(script).length;
    console.log(
      `a density with TensorFlow.js and its wasm backend by ${name}: ${bytes} bytes of script, gzip`,
    );
    expect(bytes).toBeLessThan(110_000);
    const losses = await lossesInPage(script);
    expect(losses).toHaveLength(60);
    // A Gaussian has 2.14 nats: what is below has learned the ring.
    expect(losses[0]).toBeGreaterThan(2.14);
    expect(losses[59]).toBeLessThan(2.05);
  });
});

/** Run the program of a page in Chromium. */
async function lossesInPage(script: string): Promise<number[]> {
  const folder = mkdtempSync(join(tmpdir(), 'density-'));
  writeFileSync(join(folder, 'density.js'), script);
  const [browser, site] = await Promise.all([startChromium(), startSite({ scripts: folder })]);
  try {
    const page = await browser.newPage();
    await page.goto(site.url);
    return await page.evaluate(async () => {
      await (globalThis as unknown as { load(file: string): Promise<void> }).load('/scripts/density.js');
      return (globalThis as unknown as { losses: number[] }).losses;
    });
  } finally {
    await browser.close();
    await site.close();
    rmSync(folder, { recursive: true });
  }
}
