import { existsSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { lockRun } from '@iresnet/pipeline/run/node';
import { here, start, succeed, temporaryFolder } from './command';

const home = temporaryFolder('iresnet killed ü ');

interface Event {
  readonly event: string;
  readonly step: number;
}

/** Everything that a run logged, without times, and where it began and ended. */
function logged(run: string): Event[] {
  const lines = readFileSync(join(run, 'metrics.jsonl'), 'utf8').split('\n').slice(0, -1);
  return lines
    .map((line) => ({ ...(JSON.parse(line) as Event), seconds: 0 }))
    .filter(({ event }) => event !== 'begin' && event !== 'end');
}

const file = (run: string, name: string) => readFileSync(join(run, name));

test.each([
  [
    'images',
    'digits-hybrid',
    'drawn.png',
    ['--dataset', 'digits', '--blocks', '1', '--channels', '4', '--steps', '90'],
  ],
  ['a table', 'iris', 'drawn.csv', ['--dataset', 'iris', '--blocks', '1', '--hidden', '8', '--steps', '900']],
])(
  'a run on %s that is killed goes on from its last save, to the same numbers',
  async (_kind, name, drawn, flags) => {
    const [cut, whole] = ['cut', 'whole'].map((folder) => join(home, name, folder, `001-${name}`)) as [
      string,
      string,
    ];
    vi.stubEnv('IRESNET_SAVE_SECONDS', '0.2');
    const { child, finished } = start(['train', ...flags, '--out', dirname(cut), '-q']);
    vi.unstubAllEnvs();
    // Killed at some moment after a save.
    const state = join(cut, 'state/manifest.json');
    const validated = (): boolean => existsSync(join(cut, 'best/manifest.json')) && logged(cut).length > 40;
    while (child.exitCode === null && !(existsSync(state) && validated())) await sleep(10);
    await sleep(70);
    child.kill('SIGKILL');
    expect(await finished).toMatchObject({ code: null, stderr: '' });
    expect(logged(cut).length).toBeGreaterThan(40);
    expect(existsSync(join(cut, 'results.json'))).toBe(false);
    // What there is of it can be used.
    expect(await succeed('sample', join(cut, 'best'), '-n', '1', '--out', join(home, drawn))).toBe('');

    // The worst moment: a save had moved the last state aside, and not yet put the new one in its
    // place. Another process may have got its id.
    if (existsSync(join(cut, 'state')))
      renameSync(join(cut, 'state'), join(cut, `state.old-${process.ppid}-0123456789ab`));
    // Only one process at a time goes on with it; the lock of the killed one does not count.
    const unlock = await lockRun(cut);
    expect(await here('train', '--resume', cut, '-q')).toEqual({
      code: 3,
      stdout: '',
      stderr: `error: ${cut}: expected a run that no other process trains, got one that process ${process.pid} is at\n`,
    });
    await unlock();
    await succeed('train', '--resume', cut, '-q');
    await succeed('train', ...flags, '--out', dirname(whole), '-q');
    expect(logged(cut)).toEqual(logged(whole));
    for (const same of ['results.json', 'model/model.safetensors'])
      expect(file(cut, same).equals(file(whole, same)), same).toBe(true);
    expect(readdirSync(cut).sort()).toEqual(readdirSync(whole).sort());
  },
);

test('seconds between saves that are none are refused', async () => {
  vi.stubEnv('IRESNET_SAVE_SECONDS', 'often');
  const { code, stderr } = await here(
    'train',
    '--dataset',
    'iris',
    '--steps',
    '2',
    '--out',
    join(home, 'none'),
    '-q',
  );
  vi.unstubAllEnvs();
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: "error: IRESNET_SAVE_SECONDS: expected seconds, got 'often'\n",
  });
});
