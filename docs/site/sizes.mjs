// What a page downloads for a package.
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { root } from '../../scripts/workspaces.mjs';

/**
 * Kilobytes of all exports of each package, bundled with what it brings but TensorFlow.js, minified
 * and compressed, by its name.
 */
export async function sizesOf(names) {
  const entries = await Promise.all(
    names.map(async (name) => {
      const { outputFiles } = await build({
        stdin: { contents: `export * from '${name}';`, resolveDir: root },
        bundle: true,
        minify: true,
        format: 'esm',
        platform: 'browser',
        target: 'es2022',
        conditions: ['@iresnet/source'],
        external: ['@tensorflow/*', 'node:*'],
        write: false,
        logLevel: 'error',
      });
      return [name, Math.ceil(gzipSync(outputFiles[0].contents).length / 1000)];
    }),
  );
  return new Map(entries);
}
