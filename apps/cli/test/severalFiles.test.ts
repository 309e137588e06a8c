import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { here, small, succeed, temporaryFolder } from './command';

const home = temporaryFolder('iresnet several ');
const path = (name: string): string => join(home, name);
const quick = ['--backend', 'wasm', '-q'];
const cells = (i: number): string[] => [
  (3 * Math.sin(i * 1.7)).toFixed(2),
  (2 * Math.cos(i * 2.3) + i / 100).toFixed(3),
  ['u', 'v', 'w'][i % 3]!,
];
const lines = (from: number, to: number): string[][] =>
  Array.from({ length: to - from }, (_, i) => cells(from + i));
const text = (head: string[], rows: string[][]): string =>
  [head, ...rows].map((row) => row.join()).join('\n');

/** Train; gives the run. */
async function train(name: string, ...data: string[]): Promise<string> {
  await succeed('train', '--data', ...data, ...small, ...quick, '--out', path(name));
  return join(path(name), readdirSync(path(name))[0]!);
}

let run: string;
beforeAll(async () => {
  writeFileSync(path('part-1.csv'), text(['x', 'y', 'kind'], lines(0, 40)));
  // The same columns in another order, with another separator.
  const other = lines(40, 70).map(([x, y, kind]) => [`${y};${kind};${x}`]);
  writeFileSync(path('part-2.csv'), text(['y;kind;x'], other));
  writeFileSync(path('part-10.csv'), text(['x', 'y', 'kind'], lines(70, 95)));
  writeFileSync(path('whole.csv'), text(['x', 'y', 'kind'], lines(0, 95)));
  run = await train('runs', path('part-1.csv'), path('part-2.csv'), path('part-10.csv'));
});

test('several files train as the one that they make together', async () => {
  const one = await train('one', path('whole.csv'));
  const scores = (dir: string) => succeed('score', dir, '--data', path('whole.csv'), ...quick);
  expect(await scores(run)).toBe(await scores(one));
  const { command } = JSON.parse(readFileSync(join(run, 'run.json'), 'utf8')) as { command: string };
  expect(command).toContain(
    `--data '${path('part-1.csv')}' '${path('part-2.csv')}' '${path('part-10.csv')}' `,
  );
  // The run finds its rows again.
  expect(await succeed('eval', run, ...quick)).toBe(await succeed('eval', one, ...quick));
});

test('score and eval take a flag for each file, or a pattern whose files come by name', async () => {
  const whole = (await succeed('score', run, '--data', path('whole.csv'), ...quick)).trimEnd().split('\n');
  const several = ['--data', path('part-1.csv'), '--data', path('part-2.csv'), '--data', path('part-10.csv')];
  const found = (await succeed('score', run, ...several, ...quick)).trimEnd().split('\n');
  expect(found[0]).toBe(`file,${whole[0]}`);
  const scores = (all: string[], at: number) => all.slice(1).map((line) => line.split(',')[at]);
  expect(scores(found, 2)).toEqual(scores(whole, 1));
  expect(found[41]).toMatch(/^part-2\.csv,1,/);
  const pattern = await succeed('score', run, '--data', path('part-*.csv'), ...quick);
  const names = [...new Set(scores(pattern.trimEnd().split('\n'), 0))];
  expect(names).toEqual(['part-1.csv', 'part-10.csv', 'part-2.csv']);
  expect(await succeed('eval', run, ...several, ...quick)).toBe(
    await succeed('eval', run, '--data', path('whole.csv'), ...quick),
  );
});

test('a pattern without files and a second file without the columns are refused by name', async () => {
  expect(await here('score', run, '--data', path('none-*.csv'), ...quick)).toMatchObject({
    code: 3,
    stderr: `error: ${path('none-*.csv')}: expected tables of such names, found none\n`,
  });
  writeFileSync(path('other.csv'), 'a,b\n1,2\n3,4\n');
  const args = ['train', '--data', path('part-1.csv'), path('other.csv'), '--out', path('never'), ...quick];
  expect(await here(...args)).toMatchObject({
    code: 3,
    stderr: `error: ${path('other.csv')}: expected a column 'x', found a, b (did you mean 'a'?)\n`,
  });
});
