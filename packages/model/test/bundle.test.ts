import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

/** What a browser downloads for these exports beside TensorFlow.js, in bytes of gzip. */
async function sizeOf(code: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    external: ['@tensorflow/*'],
    conditions: ['@iresnet/source'],
  });
  return gzipSync(outputFiles[0]!.contents).length;
}

test('a density of vectors alone is at most 20 kB', async () => {
  expect(await sizeOf("export { denseFlow } from '../src/index';")).toBeLessThanOrEqual(20_000);
});

test('what reads official weights is not in the main entry', async () => {
  const both = "export * from '../src/index'; export * from '../src/official';";
  const difference = (await sizeOf(both)) - (await sizeOf("export * from '../src/index';"));
  expect(difference).toBeGreaterThan(2000);
});
