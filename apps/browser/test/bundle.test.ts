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

describe('a page with a density of its own', () => {
  test('trains on the plane with at most 110 kB of script, TensorFlow.js and all', async () => {
    const code = `
      import { setBackend, tensor2d } from '@tensorflow/tfjs-core';
      import '@tensorflow/tfjs-backend-wasm';
      import '@iresnet/core/gradients';
      import { createRng } from '@iresnet/core';
      import { actNorm, chain, flow, negativeLogLikelihood, residualBlock, standardNormal } from '@iresnet/flows';
      import { dense, elu, sequential } from '@iresnet/lipschitz';
      import { exact } from '@iresnet/logdet';
      import { adam, fit } from '@iresnet/training';
      await setBackend('wasm');
      const rng = createRng(1);
      const layer = (inputs, outputs, name) => dense({ inputs, outputs, rng: rng.split(name) });
      const blocks = [0, 1, 2, 3].flatMap((k) => [
        actNorm([2]),
        residualBlock(sequential(layer(2, 32, 'in' + k), elu(), layer(32, 2, 'out' + k)), { logDet: exact() }),
      ]);
      const density = flow(chain(...blocks), standardNormal([2]));
      await fit({
        module: density,
        loss: (x, r) => negativeLogLikelihood(density, x, r),
        batches: () => tensor2d([[0, 1], [1, 0]]),
        steps: 10,
        optimizer: adam(),
        rng,
      });
      self.density = density;`;
    const { outputFiles } = await build({
      ...forBrowsers,
      stdin: { contents: code, resolveDir: import.meta.dirname },
      outfile: 'bundle.js',
    });
    const bytes = gzipSync(outputFiles[0]!.contents).length;
    console.log(`a density with TensorFlow.js and its wasm backend: ${bytes} bytes of script, gzip`);
    expect(bytes).toBeLessThan(110_000);
  });
});
