// The lockfile must be complete on every platform and must name no registry, so that `npm ci` works
// everywhere.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { conclude, readJson, root } from './workspaces.mjs';

const problems = [];
const { packages } = readJson(join(root, 'package-lock.json'));

// npm leaves a binary for another platform out when the registry lacks it at that moment; `npm ci`
// then refuses the file.
const remedy = 'make the lockfile again with `npm install --before=<a date about five weeks ago>`';
for (const [path, entry] of Object.entries(packages)) {
  for (const name of Object.keys(entry.optionalDependencies ?? {})) {
    if (!lookup(path, name))
      problems.push(`package-lock.json: ${path || 'the root'} wants ${name}, not locked; ${remedy}`);
  }
  if (/^[a-z+]+:\/\//.test(entry.resolved ?? ''))
    problems.push(
      `package-lock.json: ${path} keeps the address ${entry.resolved}; .npmrc has the setting that omits it`,
    );
}

// A host name below would tie every clone to one registry.
const host = /\bregistry\.[a-z0-9-]+\.[a-z]{2,}|^\s*(?:@[\w-]+:)?registry\s*=/im;
const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' })
  .split('\0')
  .filter(Boolean);
for (const file of tracked) {
  if (!existsSync(join(root, file))) continue;
  const found = host.exec(readFileSync(join(root, file), 'latin1'));
  if (found) problems.push(`${file}: names a registry, '${found[0].trim()}'`);
}
conclude(
  problems,
  `lockfile complete (${Object.keys(packages).length} entries), no registry in ${tracked.length} tracked files`,
);

/** The entry that Node would resolve `name` to from the folder `path`. */
function lookup(path, name) {
  for (let folder = path; ; folder = folder.replace(/(?:^|\/)[^/]*$/, '')) {
    const entry = packages[`${folder && `${folder}/`}node_modules/${name}`];
    if (entry || folder === '') return entry;
  }
}
