import { execFile, execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { lockRun } from '@iresnet/pipeline/run/node';
import { here, small, start, succeed, temporaryFolder, type Running } from './command';

const home = temporaryFolder('iresnet stopped ü ');
const run = join(home, 'runs', '001-faithful');
const train = (out: string) => ['train', ...small, '--seed', '3', '--out', join(home, out)];

beforeAll(async () => {
  await succeed(...train('runs'), '-q');
});

/** Wait for something that a process does. */
async function until(found: () => boolean, { child }: Running): Promise<void> {
  while (child.exitCode === null && child.signalCode === null && !found()) await sleep(5);
}

describe('training', () => {
  const results = () => readFileSync(join(run, 'results.json'), 'utf8');

  test('that a closed terminal ends is saved, and goes on', async () => {
    const out = join(home, 'hung up');
    const cut = join(out, '001-faithful');
    const running = start([...train('hung up'), '--steps', '100000']);
    await until(() => existsSync(join(cut, 'metrics.jsonl')), running);
    await sleep(300);
    running.child.kill('SIGHUP');
    const { code, stderr } = await running.finished;
    expect(code).toBe(129);
    expect(stderr).toContain('SIGHUP: finishing the step and saving');
    expect(readdirSync(cut)).toContain('state');
    expect(readdirSync(cut)).not.toContain('lock');
  });

  test('that is stopped while it is judged is judged by --resume', async () => {
    const cut = join(home, 'judged', '001-faithful');
    const running = start(train('judged'));
    let said = '';
    running.child.stderr!.on('data', (text: string) => (said += text));
    await until(() => said.includes('judging'), running);
    running.child.kill('SIGTERM');
    expect((await running.finished).code).toBe(null);
    expect(running.child.signalCode).toBe('SIGTERM');
    expect(existsSync(join(cut, 'results.json'))).toBe(false);
    await succeed('train', '--resume', cut, '-q');
    expect(readFileSync(join(cut, 'results.json'), 'utf8')).toBe(results());
    expect(readdirSync(cut).sort()).toEqual(readdirSync(run).sort());
  });
});

test('a signal leaves what --out held before, and nothing beside it', async () => {
  const folder = join(home, 'stopped');
  mkdirSync(folder);
  const target = join(folder, 'rows.csv');
  writeFileSync(target, 'old');
  const left = `rows.csv.tmp-4194305-0123456789ab`; // of a killed process: no one has this id
  writeFileSync(join(folder, left), 'half');
  const running = start(['sample', run, '-n', '100000000', '--out', target]);
  await until(() => readdirSync(folder).some((name) => name.includes('.tmp-') && name !== left), running);
  expect(readdirSync(folder)).not.toContain(left);
  running.child.kill('SIGINT');
  await running.finished;
  expect(running.child.signalCode).toBe('SIGINT');
  expect(readdirSync(folder)).toEqual(['rows.csv']);
  expect(readFileSync(target, 'utf8')).toBe('old');
});

test.skipIf(process.platform === 'win32')(
  '--out writes behind a link, through a pipe and to a device',
  async () => {
    const plain = await succeed('sample', run, '-n', '3', '-q');
    const sample = async (out: string) => {
      expect(await here('sample', run, '-n', '3', '--out', out, '-q')).toMatchObject({ code: 0, stderr: '' });
    };
    const link = join(home, 'link.csv');
    symlinkSync('behind.csv', link);
    await sample(link);
    expect(readFileSync(join(home, 'behind.csv'), 'utf8')).toBe(plain);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);

    const pipe = join(home, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const reader = promisify(execFile)('cat', [pipe]);
    await sample(pipe);
    expect((await reader).stdout).toBe(plain);
    expect(lstatSync(pipe).isFIFO()).toBe(true);

    await sample('/dev/null');
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
    expect(await here('sample', run, '--out', '/dev/full', '-q')).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/\/dev\/full, got: the disk is full \(ENOSPC\)$/m) as string,
    });
  },
);

test('one process at a time trains a run', async () => {
  const dir = join(home, 'locked');
  mkdirSync(dir);
  const unlock = await lockRun(dir);
  await expect(lockRun(dir)).rejects.toMatchObject({
    kind: 'data',
    message: `${dir}: expected a run that no other process trains, got one that process ${process.pid} is at`,
  });
  await unlock();
  await (
    await lockRun(dir)
  )();
  expect(readdirSync(dir)).toEqual([]);
});
