// The builds: a module of Node is imported as 'node:fs', since bundlers and other runtimes take
// 'fs' for a package, and a page downloads only what it uses.
import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import ts from 'typescript';
import { conclude, fromRoot, workspaces } from './workspaces.mjs';

const problems = [];
let files = 0;
for (const { dir, manifest } of workspaces()) {
  if (manifest.private) continue;
  for (const name of readdirSync(join(dir, 'dist'), { recursive: true, encoding: 'utf8' })) {
    if (!/\.c?js$/.test(name)) continue;
    files++;
    const file = join(dir, 'dist', name);
    for (const { fileName } of ts.preProcessFile(readFileSync(file, 'utf8'), true, true).importedFiles) {
      if (isBuiltin(fileName) && !fileName.startsWith('node:'))
        problems.push(`${fromRoot(file)} imports '${fileName}': expected 'node:${fileName}'`);
    }
  }
}

/** Compressed bytes that a page downloads for one import, beside TensorFlow.js: 20,000. */
const LIMITS = { "export { denseFlow } from '@iresnet/model';": 20_000 };
for (const [contents, limit] of Object.entries(LIMITS)) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: process.cwd() },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    external: ['@tensorflow/*'],
    write: false,
  });
  const bytes = gzipSync(outputFiles[0].contents).length;
  if (bytes > limit) problems.push(`${contents} takes ${bytes} bytes with gzip: expected at most ${limit}`);
}
conclude(
  problems,
  `${files} built files: every module of Node has its prefix, a density takes at most 20 kB`,
);
