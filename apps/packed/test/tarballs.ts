import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The root of the repository. */
const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly bin?: Readonly<Record<string, string>>;
  readonly main?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** A workspace that is published. */
export interface Publishable {
  readonly dir: string;
  readonly manifest: Manifest;
}

/** Every workspace that is not private, by name. */
export function publishable(): Map<string, Publishable> {
  const found = new Map<string, Publishable>();
  for (const folder of ['packages', 'apps']) {
    for (const name of readdirSync(join(root, folder))) {
      const dir = join(root, folder, name);
      if (!existsSync(join(dir, 'package.json'))) continue;
      const manifest = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) as Manifest;
      if (!manifest.private) found.set(manifest.name, { dir, manifest });
    }
  }
  return found;
}

/** A package as `npm pack` makes it: the tarball and the files in it. */
export interface Tarball {
  readonly path: string;
  readonly files: readonly string[];
}

/** Pack one workspace into the folder `into`. */
export async function pack({ dir }: Publishable, into: string): Promise<Tarball> {
  const { stdout } = await npm(['pack', '--json', '--ignore-scripts', '--pack-destination', into], dir);
  const [packed] = JSON.parse(stdout) as { filename: string; files: { path: string }[] }[];
  if (!packed) throw new Error(`npm pack said nothing about ${dir}`);
  return { path: join(into, packed.filename), files: packed.files.map((file) => file.path) };
}

/** A package and everything published here that it depends on, itself first. */
export function closure(name: string, all: ReadonlyMap<string, Publishable>): string[] {
  const names = [name];
  for (const next of names) {
    for (const dependency of Object.keys(all.get(next)?.manifest.dependencies ?? {}))
      if (all.has(dependency) && !names.includes(dependency)) names.push(dependency);
  }
  return names;
}

/**
 * An empty project `home/name` with exactly these tarballs, installed by npm without a network. The packages
 * of others that these workspaces depend on come from this repository's own installation, at the locked version.
 */
export async function install(
  project: string,
  tarballs: readonly string[],
  workspaces: readonly Publishable[],
): Promise<void> {
  mkdirSync(project, { recursive: true });
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'user', private: true }));
  const folders = workspaces.flatMap(({ dir, manifest }) =>
    Object.keys(manifest.dependencies ?? {})
      .filter((name) => !name.startsWith('@iresnet/'))
      .map((name) => folderOf(name, dir)),
  );
  await npm(
    [
      'install',
      '--offline',
      '--ignore-scripts',
      '--legacy-peer-deps',
      '--no-audit',
      '--no-fund',
      ...tarballs,
      ...new Set(folders),
    ],
    project,
  );
}

/** Make the peers (TensorFlow.js) resolvable from every project below `home`. */
export function offerPeers(home: string): void {
  mkdirSync(join(home, 'node_modules'), { recursive: true });
  symlinkSync(join(root, 'node_modules/@tensorflow'), join(home, 'node_modules/@tensorflow'), 'dir');
}

/** The folder where `name` is installed, as seen from the workspace `dir`. */
function folderOf(name: string, dir: string): string {
  const paths = createRequire(join(dir, 'package.json')).resolve.paths(name) ?? [];
  const found = paths.map((path) => join(path, name)).find((path) => existsSync(join(path, 'package.json')));
  if (!found) throw new Error(`${name} is not installed`);
  return realpathSync(found);
}

/** Run a program and give back what it printed; its error output goes into the error that it throws. */
export const run = promisify(execFile);

function npm(args: readonly string[], cwd: string): Promise<{ stdout: string }> {
  // Inside `npm test`, npm's own variables would point the inner npm at this repository.
  const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^npm_/i.test(key)));
  return run('npm', [...args], { cwd, env, shell: process.platform === 'win32' });
}
