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
export const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');

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

/** Pack every workspace that is published into the folder `into`, by name. */
export async function packAll(into: string): Promise<Record<string, Tarball>> {
  const chosen = [...publishable().keys()].flatMap((name) => ['--workspace', name]);
  const options = ['--json', '--ignore-scripts', '--pack-destination', into];
  const { stdout } = await npm(['pack', ...options, ...chosen], root);
  const packed = JSON.parse(stdout) as { name: string; filename: string; files: { path: string }[] }[];
  return Object.fromEntries(
    packed.map(({ name, filename, files }) => [
      name,
      { path: join(into, filename), files: files.map((file) => file.path) },
    ]),
  );
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
 * An empty project with exactly the tarballs of these workspaces, installed by npm without a
 * network. The packages of others that they depend on come from this repository's own installation,
 * at the locked version.
 */
export async function install(
  project: string,
  tarballs: Readonly<Record<string, Tarball>>,
  workspaces: readonly Publishable[],
): Promise<void> {
  startProject(project);
  const own = workspaces.map(({ manifest }) => tarballs[manifest.name]!.path);
  const others = workspaces.flatMap(({ dir, manifest }) =>
    Object.keys(manifest.dependencies ?? {})
      .filter((name) => !(name in tarballs))
      .map((name) => folderOf(name, dir)),
  );
  const options = ['--offline', '--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund'];
  await npm(['install', ...options, ...own, ...new Set(others)], project);
}

/**
 * A folder with a package.json of its own: the project of a user, whose `.js` and `.ts` files are
 * ES modules.
 */
export function startProject(project: string, more: object = {}): void {
  mkdirSync(project, { recursive: true });
  writeFileSync(
    join(project, 'package.json'),
    JSON.stringify({ name: 'user', private: true, type: 'module', ...more }),
  );
}

/**
 * Give a project these packages of TensorFlow.js, as this repository has them, and no other of
 * them.
 */
export function link(project: string, names: readonly string[]): void {
  for (const name of names) {
    const place = join(project, 'node_modules', name);
    mkdirSync(dirname(place), { recursive: true });
    if (!existsSync(place)) symlinkSync(folderOf(name, root), place, 'dir');
  }
}

/** The README of a workspace: what its first command installs, and its first example. */
export function readmeOf({ dir, manifest: { name } }: Publishable): { installs: string[]; example: string } {
  const text = readFileSync(join(dir, 'README.md'), 'utf8');
  const installs = /^npm install (.*)$/m.exec(text)?.[1]?.split(' ');
  const example = /^```ts\n([\s\S]*?)^```/m.exec(text)?.[1];
  if (!installs || !example)
    throw new Error(`the README of ${name} has no example or no command that installs it`);
  return { installs, example };
}

/** The folder where `name` is installed, as seen from the workspace `dir`. */
export function folderOf(name: string, dir: string): string {
  const paths = createRequire(join(dir, 'package.json')).resolve.paths(name) ?? [];
  const found = paths.map((path) => join(path, name)).find((path) => existsSync(join(path, 'package.json')));
  if (!found) throw new Error(`${name} is not installed`);
  return realpathSync(found);
}

/**
 * Run a program and give back what it printed; its error output goes into the error that it throws.
 */
export const run = promisify(execFile);

function npm(args: readonly string[], cwd: string): Promise<{ stdout: string }> {
  // Inside `npm test`, npm's own variables would point the inner npm at this repository.
  const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^npm_/i.test(key)));
  return run('npm', [...args], { cwd, env, shell: process.platform === 'win32' });
}
