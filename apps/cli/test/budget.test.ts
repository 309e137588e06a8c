import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { csvText, here, temporaryFolder } from './command';

const home = temporaryFolder('iresnet budget ');
const model = ['--dataset', 'faithful', '--blocks', '1', '--hidden', '8', '--noise', '0.1'];

test('--budget tries recipes and trains the best one, and the run that it leaves can be made again', async () => {
  const out = join(home, 'runs');
  const began = performance.now();
  const { code, stderr } = await here('train', ...model, '--budget', '4s', '--backend', 'cpu', '--out', out);
  expect(code).toBe(0);
  // The machine of a test has other work: that the time is kept is only looked at roughly.
  expect(performance.now() - began).toBeLessThan(60_000);
  // What flags decide is not varied.
  expect(stderr.match(/^tried .*$/gm)).toHaveLength(3);
  expect(stderr).not.toMatch(/twice as wide|half the noise/);
  const run = join(out, '001-faithful');
  const config = JSON.parse(readFileSync(join(run, 'config.json'), 'utf8')) as { steps: number };
  expect(stderr).toContain(`is trained for ${config.steps} steps`);

  const again = await here(
    'train',
    '--config',
    join(run, 'config.json'),
    '--backend',
    'cpu',
    '--out',
    out,
    '-q',
  );
  expect(again.code).toBe(0);
  const figures = (name: string) => readFileSync(join(out, name, 'results.json'), 'utf8');
  expect(figures('002-faithful')).toBe(figures('001-faithful'));
});

test('a column without variety is refused with the flag that leaves it out, as without --budget', async () => {
  const file = join(home, 'still.csv');
  // Of column c only line 1 has another value, and it is not among the rows for training.
  const lines = csvText(['a', 'b'], 30).trim().split('\n');
  writeFileSync(file, lines.map((line, i) => `${line},${i === 0 ? 'c' : i === 1 ? 2 : 1}\n`).join(''));
  const train = ['train', '--data', file, '--out', join(home, 'none'), '--backend', 'cpu'];
  const plain = await here(...train, '--steps', '2');
  expect(plain).toMatchObject({
    code: 3,
    stderr: expect.stringMatching(/of c; give --exclude c\n$/) as string,
  });
  const raced = await here(...train, '--budget', '5s');
  const errorOf = (stderr: string): string => /^error: .*$/m.exec(stderr)![0];
  expect(errorOf(raced.stderr)).toBe(errorOf(plain.stderr));
});

test.each([
  [['--dataset', 'digits', '--budget', '5s'], /expected a table or a set with --budget, got images/],
  [[...model, '--budget', '5s', '--steps', '3'], /expected --budget or --steps, got both/],
  [[...model, '--budget', '5x'], /Expected a time such as 20s, 2m or 1h/],
  [['--resume', home, '--budget', '5s'], /expected --resume without .* got --budget/],
])('%j is refused', async (flags, message) => {
  const { code, stderr } = await here('train', ...flags, '--out', join(home, 'none'));
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
});
