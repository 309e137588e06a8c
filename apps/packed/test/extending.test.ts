import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, inject, test } from 'vitest';
import { withoutTypes } from '../../../scripts/examples';
import { closure, install, link, publishable, run } from './tarballs';

// Every program of the page for contributors, from the tarballs, as someone would who has the page and npm alone.
const { home, tarballs } = inject('packed');
const all = publishable();
const page = readFileSync(new URL('../../../docs/extending.md', import.meta.url), 'utf8');
const programs = [...page.matchAll(/^## ([^\n]*)\n(?:(?!^## )[\s\S])*?^```ts\n([\s\S]*?)^```/gm)].map(
  ([, title, code]) => [title!, code!] as const,
);
const imports = new Set(
  programs.flatMap(([, code]) =>
    [...code.matchAll(/from '(@[^/']+\/[^/']+)|^import '(@[^/']+\/[^/']+)/gm)].map(([, a, b]) => (a ?? b)!),
  ),
);
const project = join(home, 'extending');

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

test('the page has a program for each thing that it names', () => {
  expect(programs.map(([title]) => title)).toEqual([
    'A bijector',
    'A layer or an activation',
    'An estimator',
    'A solver',
    'A data set',
  ]);
});

test.each(programs)('%s', async (title, code) => {
  const file = `${title.replaceAll(/\W+/g, '-')}.mjs`;
  writeFileSync(join(project, file), await withoutTypes(code));
  const { stdout } = await run(process.execPath, [file], { cwd: project });
  if (title === 'A bijector') expect(stdout).toContain('[ 2, 2 ] [ 3, 2 ] [ Infinity, Infinity, Infinity ]');
  if (title === 'A solver') expect(stdout).toMatch(/^\[ true \]/);
});
