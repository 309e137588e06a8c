import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, inject, test } from 'vitest';
import { withoutTypes } from '../../../scripts/examples';
import { closure, install, link, publishable, run } from './tarballs';

// Every program of the guides, from the tarballs, as someone would who has the page and npm alone.
const { home, tarballs } = inject('packed');
const all = publishable();
const docs = new URL('../../../docs/', import.meta.url);
const programs = readdirSync(docs)
  .filter((file) => file.endsWith('.md') && file !== 'importing-pytorch.md') // its program needs a file of the reader
  .sort()
  .flatMap((file) => {
    const page = readFileSync(new URL(file, docs), 'utf8');
    return [...page.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(({ index, 1: code }) => {
      const heading = [...page.slice(0, index).matchAll(/^##? (.*)$/gm)].at(-1)![1]!;
      return [`${file.slice(0, -3)}: ${heading}`, code!] as const;
    });
  });
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

/** What a program prints, where the page says it. */
const printed: Readonly<Record<string, RegExp>> = {
  'anomalies: A rate of false alarms': /^0\.7 0\.1$/m,
  'certify: From a program': /^true 2$/m,
  'extending: A bijector': /\[ 2, 2 \] \[ 3, 2 \] \[ Infinity, Infinity, Infinity \]/,
  'extending: A layer or an activation': /^/,
  'extending: An estimator': /^/,
  'extending: A solver': /^\[ true \]/,
  'extending: A data set': /./,
  'own-block: From tf.layers': /^true$/m,
  'own-block: A bare function': /^\[ 4 \] true$/m,
  'own-flow: A flow of your own': /^steps \[ 5, 2 \] true$/m,
};

test('the guides have these programs', () => {
  const titles = programs.map(([title]) => title);
  expect(titles).toEqual(expect.arrayContaining(Object.keys(printed)));
});

test.each(programs)('%s', async (title, code) => {
  const file = `${title.replaceAll(/\W+/g, '-')}.mjs`;
  writeFileSync(join(project, file), await withoutTypes(code));
  const { stdout } = await run(process.execPath, [file], { cwd: project });
  expect(stdout).toMatch(printed[title] ?? /^/);
});
