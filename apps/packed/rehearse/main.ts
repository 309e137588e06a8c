// A release without the outer world: `npm run rehearse` after `npm run build`. It raises the
// versions in a copy, publishes every package to a registry on the loopback address, installs each
// one and the command line from there with npm and with pnpm in empty folders, and runs the example
// of every README. Then it does a patch release and upgrades the same folders, and looks at the
// numbers of a minor one. Packages of others come from the usual registry. `--only NAME,NAME` takes
// these packages only; `--keep` leaves the folders.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { withoutTypes } from '../../../scripts/examples';
import { folderOf, publishable, readmeOf, startProject } from '../test/tarballs';
import { startRegistry } from './registry';
import { copyRelease } from './release';
import { clean, root } from './shell';

/** docs/versions.md promises it. */
const OLDEST_TYPESCRIPT = '5.0.4';

const { values } = parseArgs({ options: { only: { type: 'string' }, keep: { type: 'boolean' } } });
const all = publishable();
const chosen = values.only?.split(',').map((name) => `@iresnet/${name}`) ?? [...all.keys()];
const home = mkdtempSync(join(tmpdir(), 'rehearsal-'));
const pnpm = join(folderOf('pnpm', join(root, 'apps/packed')), 'bin/pnpm.cjs');

/** The two installers: how each adds packages to a project. */
const installers = {
  npm: (project: string, packages: readonly string[]) =>
    clean('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', ...packages], project),
  pnpm: (project: string, packages: readonly string[]) =>
    clean(process.execPath, [pnpm, 'add', '--prefer-offline', ...packages], project),
};

const start = Date.now();
const say = (text: string): void =>
  console.log(`${String(Math.round((Date.now() - start) / 1000)).padStart(5)} s  ${text}`);

/**
 * Install one package with what its README names, at these versions, and do what the README says.
 */
async function tryOut(
  name: string,
  how: keyof typeof installers,
  versions: Readonly<Record<string, string>>,
): Promise<void> {
  const workspace = all.get(name)!;
  const library = workspace.manifest.main !== undefined;
  const project = join(home, how, name.replace('/', '-'));
  const installs = library ? readmeOf(workspace).installs : [name];
  await installers[how](
    project,
    installs.map((one) => (one in versions ? `${one}@${versions[one]}` : one)),
  );
  const installed = JSON.parse(readFileSync(join(project, 'node_modules', name, 'package.json'), 'utf8')) as {
    version: string;
  };
  if (installed.version !== versions[name])
    throw new Error(`${name}: expected ${versions[name]} under ${how}, got ${installed.version}`);
  readFileSync(join(project, 'node_modules', name, 'CHANGELOG.md'));
  if (library) {
    writeFileSync(join(project, 'example.mjs'), await withoutTypes(readmeOf(workspace).example));
    await clean(process.execPath, ['example.mjs'], project);
  }
  for (const command of Object.keys(workspace.manifest.bin ?? {})) {
    const program = join(project, 'node_modules/.bin', command);
    await clean(program, ['--help'], project);
    if (command !== 'iresnet') continue;
    const version = (await clean(program, ['--version'], project)).trim();
    if (version !== versions[name]) throw new Error(`iresnet --version says ${version}`);
    await clean(
      program,
      ['train', '--dataset', 'moons', '--steps', '20', '--out', `runs-${version}`],
      project,
    );
  }
}

/**
 * The examples of these libraries as programs of TypeScript, read by the oldest compiler that is
 * promised.
 */
async function readTypes(
  names: readonly string[],
  versions: Readonly<Record<string, string>>,
): Promise<void> {
  const project = join(home, 'types');
  startProject(project);
  writeFileSync(join(project, '.npmrc'), registry.npmrc);
  const libraries = names.map((name) => all.get(name)!).filter(({ manifest }) => manifest.main !== undefined);
  const installs = new Set(libraries.flatMap((workspace) => readmeOf(workspace).installs));
  await installers.npm(project, [
    ...[...installs].map((one) => (one in versions ? `${one}@${versions[one]}` : one)),
    '@types/node@20',
    `typescript@${OLDEST_TYPESCRIPT}`,
  ]);
  const files = libraries.map((workspace) => {
    const file = `${workspace.manifest.name.split('/')[1]}.ts`;
    writeFileSync(join(project, file), readmeOf(workspace).example);
    return file;
  });
  const compiler = join(project, 'node_modules/typescript/bin/tsc');
  for (const resolution of ['node16', 'bundler']) {
    const options = ['--noEmit', '--strict', '--skipLibCheck', '--target', 'es2022', '--types', 'node'];
    const modules = [
      '--module',
      resolution === 'node16' ? 'node16' : 'esnext',
      '--moduleResolution',
      resolution,
    ];
    await clean(process.execPath, [compiler, ...options, ...modules, ...files], project);
  }
}

const registry = await startRegistry(join(home, 'registry'));
try {
  const release = await copyRelease(
    join(home, 'release'),
    new Map([...all].map(([name, { dir }]) => [name, dir.slice(root.length + 1)])),
  );
  for (const how of ['npm', 'pnpm'] as const) {
    for (const name of chosen) {
      const project = join(home, how, name.replace('/', '-'));
      startProject(project);
      writeFileSync(join(project, '.npmrc'), registry.npmrc);
    }
  }
  for (const upgrade of [false, true]) {
    if (upgrade) release.change('patch', 'A patch of every package.');
    const versions = await release.version();
    await release.publish(registry.npmrc);
    say(`published ${all.size} packages: ${[...new Set(Object.values(versions))].join(', ')}`);
    for (const how of ['npm', 'pnpm'] as const)
      for (const name of chosen) {
        await tryOut(name, how, versions);
        say(`${upgrade ? 'upgraded' : 'installed'} ${name} with ${how}; its README holds`);
      }
    if (!upgrade) {
      await readTypes(chosen, versions);
      say(`TypeScript ${OLDEST_TYPESCRIPT} reads the types`);
    }
  }
  release.change('minor', 'A minor change of every package.');
  say(`after a minor change: ${[...new Set(Object.values(await release.version()))].join(', ')}`);
  say('the release would go through');
} finally {
  await registry.stop();
  if (values.keep) console.log(home);
  else rmSync(home, { recursive: true, force: true });
}
