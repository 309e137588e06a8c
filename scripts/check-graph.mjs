// The dependency graph: only the arrows below between packages, no cycle between packages or files,
// and every import is a declared dependency. Every published package says where the project lives,
// and ships its changelog.
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, resolve, sep } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import ts from 'typescript';
import { conclude, fromRoot, metadataOf, sources, workspaces } from './workspaces.mjs';

/** What each library may depend on at run time. A new library must be entered here. */
const arrows = {
  core: [],
  'spectral-norm': ['core'],
  inversion: ['core'],
  logdet: ['core'],
  evaluation: ['core'],
  lipschitz: ['core', 'spectral-norm'],
  flows: ['core', 'inversion'],
  model: ['core', 'spectral-norm', 'lipschitz', 'flows', 'logdet', 'inversion'],
  datasets: ['core'],
  checkpoint: ['core'],
  testing: ['core'],
  backend: ['core'],
  training: ['core', 'checkpoint'],
  report: [],
  // Of `report` the types, and a run on disk loads it when it draws its page.
  pipeline: [
    'core',
    'flows',
    'logdet',
    'model',
    'training',
    'checkpoint',
    'datasets',
    'evaluation',
    'report',
  ],
};

const all = workspaces();
const byName = new Map(all.map((workspace) => [workspace.manifest.name, workspace]));
const internal = (group) => Object.keys(group ?? {}).filter((name) => byName.has(name));
const problems = [];

for (const { dir, manifest, library } of all) {
  const short = manifest.name.replace('@iresnet/', '');
  if (library && !(short in arrows))
    problems.push(
      `${manifest.name} is not in the table of scripts/check-graph.mjs: say what it may depend on`,
    );
  if (!manifest.private) problems.push(...metadataProblems(dir, manifest));
  for (const field of ['dependencies', 'peerDependencies', 'devDependencies']) {
    for (const name of internal(manifest[field])) {
      if (!byName.get(name).library)
        problems.push(
          `${fromRoot(dir)}/package.json: ${field} names the app ${name}; nothing depends on an app`,
        );
      else if (
        library &&
        field !== 'devDependencies' &&
        !arrows[short]?.includes(name.replace('@iresnet/', ''))
      )
        problems.push(
          `${fromRoot(dir)}/package.json: ${field} names ${name}, an arrow that the design does not have`,
        );
    }
  }
  for (const file of sources(join(dir, 'src')))
    problems.push(...importProblems(file, dir, manifest, library));
  problems.push(...fileCycles(sources(join(dir, 'src'))));
}
problems.push(...cycles());
conclude(
  problems,
  `${all.length} workspaces: arrows as designed, no cycle of packages or files, every import declared`,
);

/** What a published package does not say about the project as the root package.json says it. */
function metadataProblems(dir, manifest) {
  const file = `${fromRoot(dir)}/package.json`;
  const wrong = Object.entries(metadataOf(dir))
    .filter(([field, value]) => !isDeepStrictEqual(manifest[field], value))
    .map(([field]) => `${file}: ${field} differs from the root package.json; run \`npm run readmes\``);
  return manifest.files?.includes('CHANGELOG.md') ? wrong : [...wrong, `${file}: files lacks CHANGELOG.md`];
}

/** Imports of one source file that its package does not declare. */
function importProblems(file, dir, manifest, library) {
  const runtime = {
    ...manifest.dependencies,
    ...manifest.peerDependencies,
    ...manifest.optionalDependencies,
  };
  const found = [];
  for (const { fileName: specifier } of ts.preProcessFile(readFileSync(file, 'utf8')).importedFiles) {
    const where = `${fromRoot(file)} imports '${specifier}'`;
    if (specifier.startsWith('.')) {
      if (!resolve(file, '..', specifier).startsWith(dir + sep))
        found.push(`${where}: outside its own package`);
    } else if (specifier.startsWith('#')) {
      if (!(specifier in (manifest.imports ?? {})))
        found.push(`${where}: it is not in the imports of its package.json`);
    } else if (specifier.startsWith('node:')) {
      continue;
    } else if (isBuiltin(specifier)) {
      found.push(`${where}: write 'node:${specifier}'`);
    } else {
      const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
      if (library && name === '@tensorflow/tfjs')
        found.push(`${where}: a library imports @tensorflow/tfjs-core, its user chooses the rest`);
      else if (!(name in runtime))
        found.push(`${where}: ${name} is not in its dependencies or peerDependencies`);
    }
  }
  return found;
}

/**
 * Import cycles between the files of one workspace; imports of types and those that run later count
 * too. A cycle of files is one room: whoever reads one must read all.
 */
function fileCycles(files) {
  const known = new Set(files);
  const next = new Map(
    files.map((file) => {
      const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'));
      const targets = importedFiles.flatMap(({ fileName }) => {
        if (!fileName.startsWith('.')) return [];
        const base = resolve(file, '..', fileName);
        return [base, `${base}.ts`, join(base, 'index.ts')].filter((path) => known.has(path));
      });
      return [file, targets];
    }),
  );
  const found = [];
  const state = new Map();
  const visit = (file, path) => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      const cycle = [...path.slice(path.indexOf(file)), file].map(fromRoot);
      found.push(`import cycle: ${cycle.join(' → ')}`);
      return;
    }
    state.set(file, 'open');
    for (const target of next.get(file)) visit(target, [...path, file]);
    state.set(file, 'done');
  };
  for (const file of files) visit(file, []);
  return found;
}

/** The first cycle through dependencies of every kind, if there is one. */
function cycles() {
  const done = new Set();
  const visit = (name, path) => {
    if (path.includes(name)) return [`cycle: ${[...path.slice(path.indexOf(name)), name].join(' → ')}`];
    if (done.has(name)) return [];
    const { manifest } = byName.get(name);
    const next = internal({
      ...manifest.dependencies,
      ...manifest.peerDependencies,
      ...manifest.devDependencies,
    });
    const found = next.flatMap((dependency) => visit(dependency, [...path, name]));
    done.add(name);
    return found;
  };
  return [...byName.keys()].flatMap((name) => visit(name, [])).slice(0, 1);
}
