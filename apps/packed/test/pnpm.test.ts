import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, inject, test } from 'vitest';
import { withoutTypes } from '../../../scripts/examples';
import { folderOf, publishable, readmeOf, root, run, startProject } from './tarballs';

// The README of each library under pnpm, where a program finds only the packages that it names: one
// workspace, in which each library has a project with what the command in its README installs.
const { home, tarballs } = inject('packed');
const libraries = [...publishable()].filter(([, { manifest }]) => manifest.main !== undefined);
const workspace = join(home, 'pnpm');
const projectOf = (name: string): string => join(workspace, name.replace('/', '-'));
const place = (name: string): string =>
  name in tarballs ? `file:${tarballs[name]!.path}` : `link:${folderOf(name, root)}`;

beforeAll(async () => {
  const overrides = new Map<string, string>();
  for (const [, { dir, manifest }] of libraries)
    for (const name of [manifest.name, ...Object.keys(manifest.dependencies ?? {})])
      overrides.set(name, name in tarballs ? place(name) : `link:${folderOf(name, dir)}`);
  startProject(workspace, { pnpm: { overrides: Object.fromEntries(overrides) } });
  writeFileSync(join(workspace, 'pnpm-workspace.yaml'), "packages: ['*']\n");
  for (const [name, library] of libraries) {
    const { installs } = readmeOf(library);
    const dependencies = Object.fromEntries(installs.map((given) => [given, place(given)]));
    startProject(projectOf(name), { name: name.replace('/', '-'), dependencies });
  }
  const pnpm = join(folderOf('pnpm', root), 'bin/pnpm.cjs');
  const options = ['--offline', '--ignore-scripts', '--store-dir', join(home, 'store')];
  await run(process.execPath, [pnpm, 'install', ...options], { cwd: workspace });
}, 120_000);

test.each(libraries)('%s: the example of the README runs', async (name, library) => {
  const project = projectOf(name);
  writeFileSync(join(project, 'example.mjs'), await withoutTypes(readmeOf(library).example));
  await run(process.execPath, ['example.mjs'], { cwd: project });
});
