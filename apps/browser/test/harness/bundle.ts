import { join } from 'node:path';
import { build, type BuildOptions } from 'esbuild';

/** The root of the repository. */
export const root = join(import.meta.dirname, '../../../..');

/** The settings of an application that is bundled for browsers from the sources of the packages. */
export const forBrowsers = {
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  conditions: ['@iresnet/source'],
  // As it is published; its source stands in for it where nothing is bundled.
  alias: { '@iresnet/core/gradients': join(root, 'packages/core/src/gradients.ts') },
  logLevel: 'silent',
  write: false,
} as const satisfies BuildOptions;

/** One JavaScript file of a program and all that it imports. An import that browsers lack fails. */
export async function bundle(file: string): Promise<Uint8Array> {
  const { outputFiles } = await build({ ...forBrowsers, entryPoints: [file] });
  return outputFiles[0]!.contents;
}
