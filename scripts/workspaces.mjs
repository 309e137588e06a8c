import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the repository. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** @param {string} path */
export const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** A path below the root, with forward slashes. @param {string} path */
export const fromRoot = (path) => relative(root, path).split(sep).join('/');

/**
 * Every workspace: its folder, its package.json and whether it is a library (`packages/*`) or an
 * app (`apps/*`).
 *
 * @returns {{ dir: string, manifest: any, library: boolean }[]}
 */
export function workspaces() {
  return ['packages', 'apps'].flatMap((folder) =>
    readdirSync(join(root, folder))
      .sort()
      .map((name) => join(root, folder, name))
      .filter((dir) => existsSync(join(dir, 'package.json')))
      .map((dir) => ({ dir, manifest: readJson(join(dir, 'package.json')), library: folder === 'packages' })),
  );
}

/**
 * Where the project lives: the fields of the root package.json that every published package
 * repeats.
 */
export const project = readJson(join(root, 'package.json'));

/** The address of the repository in a browser. */
export const repositoryUrl = project.repository.url.replace(/^git\+|\.git$/g, '');

/**
 * What the package.json of a published workspace says about the project; npm refuses a proof of
 * origin without the repository.
 *
 * @param {string} dir
 */
export function metadataOf(dir) {
  const { author, homepage, repository, bugs, license } = project;
  return { license, author, homepage, repository: { ...repository, directory: fromRoot(dir) }, bugs };
}

/** All files below `dir` that end in `.ts` or `.tsx`. @param {string} dir @returns {string[]} */
export function sources(dir) {
  if (!existsSync(dir)) return [];
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/**
 * Print the problems and end with status 1, or print what holds. @param {string[]} problems @param
 * {string} good
 */
export function conclude(problems, good) {
  for (const problem of problems) console.error(`✗ ${problem}`);
  if (problems.length === 0) console.log(`✓ ${good}`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
