// Builds the site twice, from two clones of the last commit at different places, and compares every
// byte: `npm run docs:same`.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { conclude, fromRoot, root, workspaces } from '../../scripts/workspaces.mjs';

const work = mkdtempSync(join(tmpdir(), 'same-'));
try {
  const [first, second] = ['one', 'another place'].map((name) => {
    const clone = join(work, name);
    const run = (command, args, cwd) =>
      execFileSync(command, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
    run('git', ['clone', '--quiet', root, clone], work);
    // Its links between packages are relative, so the copy belongs to the clone.
    for (const dir of [root, ...workspaces().map(({ dir }) => dir)])
      if (existsSync(join(dir, 'node_modules')))
        run('cp', ['-al', join(dir, 'node_modules'), join(clone, fromRoot(dir), 'node_modules')], work);
    rmSync(join(clone, 'node_modules/.cache'), { recursive: true, force: true });
    run('npm', ['run', 'docs'], clone);
    return hashes(join(clone, 'docs-out'));
  });
  const names = [...new Set([...first.keys(), ...second.keys()])].sort();
  conclude(
    names.filter((name) => first.get(name) !== second.get(name)).map((name) => `${name} differs`),
    `${names.length} files, the same bytes twice`,
  );
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** A hash of each file below a folder, by its path. */
function hashes(folder) {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(folder, name)).isFile(),
  );
  return new Map(
    names.map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex'),
    ]),
  );
}
