// The builds: a module of Node is imported as 'node:fs', since bundlers and other runtimes take 'fs' for a package.
import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
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
conclude(problems, `${files} built files: every module of Node has its prefix`);
