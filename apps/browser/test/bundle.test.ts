import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { forBrowsers, root } from './harness/bundle';

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
