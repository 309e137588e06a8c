import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { rows } from './rows';
import { endAll, root, start, until, type Engine } from './workload';

/** What starts a program in so many ranks. */
export type Launcher = (ranks: number, script: string) => readonly string[];

/** The test of a launcher, which is null where it is not installed. */
export function testRanks(name: string, launcher: Launcher | null): void {
  const home = mkdtempSync(join(tmpdir(), 'ranks-'));
  afterAll(async () => {
    await endAll();
    rmSync(home, { recursive: true });
  });
  test.skipIf(launcher === null)(
    `${name}: two and four ranks train to the bytes of one process; a lost rank ends the job, and three go on`,
    () => checkRanks(home, launcher!),
  );
}

async function checkRanks(home: string, launcher: Launcher): Promise<void> {
  const data = join(home, 'data.csv');
  writeFileSync(data, `a,b\n${rows(2000)}`);
  const iresnet = [process.execPath, join(root, 'apps/cli/dist/bin.js'), 'train', '--backend', 'wasm', '-q'];
  const model = [
    '--blocks',
    '2',
    '--hidden',
    '16',
    '--steps',
    '200',
    '--accumulate',
    '4',
    '--batch-size',
    '32',
  ];
  const train = ['--data', data, ...model];
  const env = { IRESNET_SAVE_SECONDS: '0.3' };
  const job = (ranks: number, ...args: readonly string[]): Engine => {
    const [file, ...words] = [...launcher(ranks, join(root, 'deploy/ranks.py')), ...iresnet];
    return start(file!, [...words, '--workers', 'ranks', ...args], env, home);
  };
  const done = async ({ ended, said }: Engine): Promise<void> => expect(await ended, said()).toBe(0);
  const modelOf = (out: string): Buffer => readFileSync(join(home, out, '001-data/model/model.safetensors'));

  await done(start(iresnet[0]!, [...iresnet.slice(1), ...train, '--out', join(home, 'one')]));
  for (const ranks of [2, 4]) {
    await done(job(ranks, ...train, '--out', join(home, `of${ranks}`)));
    expect(modelOf(`of${ranks}`).equals(modelOf('one'))).toBe(true);
  }
  const run = join(home, 'lost/001-data');
  const losing = job(2, ...train, '--out', join(home, 'lost'));
  await until('it has been saved', () => existsSync(join(run, 'state')));
  const [lost, ...others] = processesOf('1', join(home, 'lost'));
  expect(others).toEqual([]);
  process.kill(lost!, 'SIGKILL');
  expect(await losing.ended).not.toBe(0);
  // Rank 0 was told to stop, and may outlive its launcher by a moment.
  await until('rank 0 has ended', () => processesOf('0', join(home, 'lost')).length === 0);
  expect(existsSync(join(run, 'results.json'))).toBe(false);
  await done(job(3, '--resume', run));
  expect(modelOf('lost').equals(modelOf('one'))).toBe(true);
}

/** The programs of a rank that have a word among their arguments. */
function processesOf(rank: string, word: string): number[] {
  const found = readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const [words, variables] = ['cmdline', 'environ'].map((file) =>
        readFileSync(join('/proc', pid, file), 'utf8').split('\0'),
      );
      const isOurs = words!.includes(word) && variables!.some((one) => one.startsWith('RANK_PIPES='));
      return isOurs && variables!.includes(`RANK=${rank}`);
    } catch {
      return false; // it has ended
    }
  });
  return found.map(Number);
}
