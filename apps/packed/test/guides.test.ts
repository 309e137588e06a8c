import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, inject, test } from 'vitest';
import { withoutTypes } from '../../../scripts/examples';
import { closure, install, link, publishable, run } from './tarballs';

// Every program of the guides, from the tarballs, as someone would who has the page and npm alone.
const { home, tarballs } = inject('packed');
const all = publishable();
const folder = new URL('../../../docs/examples/', import.meta.url);
const programs = readdirSync(folder)
  .sort()
  .map((file) => [file.replace(/\.ts$/, ''), readFileSync(new URL(file, folder), 'utf8')] as const);
const imports = new Set(
  programs.flatMap(([, code]) =>
    [...code.matchAll(/from '(@[^/']+\/[^/']+)|^import '(@[^/']+\/[^/']+)/gm)].map(([, a, b]) => (a ?? b)!),
  ),
);
const project = join(home, 'guides');

beforeAll(async () => {
  const ours = [...imports].filter((name) => all.has(name));
  const needed = new Set(ours.flatMap((name) => closure(name, all)));
  await install(
    project,
    tarballs,
    [...needed].map((name) => all.get(name)!),
  );
  link(
    project,
    [...imports].filter((name) => name.startsWith('@tensorflow/')),
  );
}, 60_000);

/** What each program prints, as its page says. */
const printed: Readonly<Record<string, RegExp>> = {
  activation: /^$/,
  'bare-function': /^\[ 4 \] true$/m,
  bijector: /\[ 2, 2 \] \[ 3, 2 \] \[ Infinity, Infinity, Infinity \]/,
  catalogue: /^faithful \(table\), /m,
  certify: /^true 2$/m,
  estimator: /^$/,
  'from-layers': /^true$/m,
  'long-training':
    /^from step 0 to step 5 to go on with\nfrom step 5 to step 12 finished\n\d+ held-out rows$/m,
  'own-flow': /^steps true true\ntrue true\n\[ 5, 2 \] true$/m,
  'p-value': /\[ 0\.7, 0\.1 \]$/m,
  solver: /^\[ true \] \[ [\d.e-]+ \]$/m,
  start: /^Float64Array\(2\) \[ -4\.\d+, -4\.\d+ \]\nFloat64Array\(6\) \[/m,
};

test('the guides have these programs', () => {
  expect(programs.map(([name]) => name)).toEqual(Object.keys(printed));
});

test.each(programs)('%s', async (name, code) => {
  writeFileSync(join(project, `${name}.mjs`), await withoutTypes(code));
  const { stdout } = await run(process.execPath, [`${name}.mjs`], { cwd: project });
  expect(stdout).toMatch(printed[name]!);
});
