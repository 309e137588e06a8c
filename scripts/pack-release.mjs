// What a release needs, made without the right to publish: `node scripts/pack-release.mjs FOLDER`
// after a build. Where changesets wait, FOLDER gets `versions.patch`, which raises the versions;
// else a tarball of each public package. The output of the step, `next`, says which: `version` or
// `publish`.
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { root, workspaces } from './workspaces.mjs';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('expected the folder to write to');
const target = resolve(folder);
mkdirSync(target, { recursive: true });

/** @param {string} command @param {readonly string[]} args */
const run = (command, ...args) =>
  execFileSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 2 ** 28,
  });

const waiting = readdirSync(join(root, '.changeset')).filter((name) => /(?<!^README)\.md$/.test(name));
const next = waiting.length > 0 ? 'version' : 'publish';
if (next === 'version') {
  run('npm', 'run', 'version-packages');
  run('git', 'add', '--all', '.changeset', 'packages', 'apps', 'package-lock.json');
  writeFileSync(join(target, 'versions.patch'), run('git', 'diff', '--cached', '--binary'));
} else {
  const repository = process.env.GITHUB_REPOSITORY;
  for (const { dir, manifest } of workspaces()) {
    if (manifest.private) continue;
    // The proof of where a package was built compares this address.
    if (repository)
      run('npm', 'pkg', 'set', '--prefix', dir, `repository.url=git+https://github.com/${repository}.git`);
    run('npm', 'pack', dir, '--ignore-scripts', '--pack-destination', target);
  }
}
if (process.env.GITHUB_OUTPUT) appendFileSync(process.env.GITHUB_OUTPUT, `next=${next}\n`);
console.log(`${next}: ${readdirSync(target).join(', ')}`);
