import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readRunMetrics } from '@iresnet/pipeline/run/node';
import { succeed, temporaryFolder } from './command';

// A run of the first version of the command line, stopped after step 16 of 40, and the losses of
// the same run that was not stopped, by that version on the cpu backend.
const old = fileURLToPath(new URL('fixtures/interrupted-v1', import.meta.url));

test('a density of rows that the first version was training goes on as it would have', async () => {
  const run = join(temporaryFolder('iresnet old '), 'run');
  cpSync(old, run, { recursive: true });
  await succeed('train', '--resume', run, '--backend', 'cpu', '-q');
  const losses = readRunMetrics(run).flatMap(({ event, loss }) => (event === 'step' ? [loss!] : []));
  const expected = JSON.parse(readFileSync(join(old, 'losses.json'), 'utf8')) as number[];
  expect(losses.length).toBe(40);
  // Equal to the bit today; a power iteration with another start may move the last digits.
  losses.forEach((loss, i) => expect(loss).toBeCloseTo(expected[i]!, 3));
  // Not the start weights: those of the state.
  expect(Math.abs(losses[16]! - expected[0]!)).toBeGreaterThan(1e-2);
});
