import { join } from 'node:path';
import { build, type BuildOptions, type Plugin } from 'esbuild';

/** The root of the repository. */
export const root = join(import.meta.dirname, '../../../..');

const settings = {
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  metafile: true,
  // As Vite does by itself: a page names the licenses in a file beside its script.
  legalComments: 'none',
  logLevel: 'silent',
  write: false,
} as const satisfies BuildOptions;

/** The settings of an application that is bundled for browsers from the sources of the packages. */
export const forBrowsers = {
  ...settings,
  conditions: ['@iresnet/source'],
  // As they are published; another source stands in for them where nothing is bundled.
  alias: {
    '@iresnet/core/gradients/vectors': join(root, 'packages/core/src/vectorGradients.ts'),
    '@iresnet/core/gradients': join(root, 'packages/core/src/gradients.ts'),
  },
} as const satisfies BuildOptions;

/**
 * One JavaScript file of a program and all that it imports. An import that browsers lack fails.
 *
 * @param published - A folder where our packages are installed; without it their sources are taken.
 */
export async function bundle(file: string, published?: string): Promise<Uint8Array> {
  const from = published ? { ...settings, plugins: [ourPackagesIn(published)] } : forBrowsers;
  const { outputFiles, metafile } = await build({ ...from, entryPoints: [file] });
  const source = Object.keys(metafile.inputs).find((name) => /packages\/[^/]+\/src\//.test(name));
  if (published && source) throw new Error(`expected published packages alone, got ${source}`);
  return outputFiles[0]!.contents;
}

/** Finds our packages in a folder; what they import of others is the same file as everywhere. */
function ourPackagesIn(folder: string): Plugin {
  const found = {};
  return {
    name: 'our-packages',
    setup(one) {
      one.onResolve({ filter: /^@iresnet\// }, ({ path, kind, pluginData }) =>
        pluginData === found ? undefined : one.resolve(path, { kind, resolveDir: folder, pluginData: found }),
      );
    },
  };
}
