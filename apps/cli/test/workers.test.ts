import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { csvText, here, shell, small, start, succeed, temporaryFolder } from './command';

const home = temporaryFolder('iresnet workers ');
const table = join(home, 'three.csv');
writeFileSync(table, csvText(['a', 'b', 'c'], 60));

/** The model of a run, and its losses. */
function left(run: string) {
  const lines = readFileSync(join(run, 'metrics.jsonl'), 'utf8').split('\n');
  return {
    model: readFileSync(join(run, 'model', 'model.safetensors')).toString('hex'),
    losses: lines.flatMap((line) => (line.includes('"loss"') ? [(JSON.parse(line) as Loss).loss] : [])),
  };
}

interface Loss {
  readonly loss: number;
}

test('one thread and two train the same model, and one goes on where two were killed', async () => {
  const flags = ['--data', table, ...small, '--steps', '80', '--patience', 'none', '--accumulate', '3'];
  const train = (...more: string[]): string[] => ['train', ...flags, '--out', join(home, 'runs'), ...more];
  const [one, two, killed] = ['001', '002', '003'].map((number) => join(home, 'runs', `${number}-three`));
  for (const workers of ['1', '2']) await succeed(...train('--workers', workers, '--quiet'));
  expect(left(one!).losses.length).toBeGreaterThan(80);
  expect(left(two!)).toEqual(left(one!));

  process.env['IRESNET_SAVE_SECONDS'] = '0';
  const { child, finished } = start(train('--workers', '2'));
  delete process.env['IRESNET_SAVE_SECONDS'];
  while (!existsSync(join(killed!, 'state')) && child.exitCode === null) await sleep(5);
  child.kill('SIGKILL');
  await finished;
  expect(existsSync(join(killed!, 'results.json'))).toBe(false);
  await succeed('train', '--resume', killed!, '--workers', '1', '--quiet');
  expect(left(killed!)).toEqual(left(one!));
});

/** Train as rank 0 of two, joined by pipes to a command that is the other. */
function asRanks(other: string, ...flags: string[]) {
  const train = `$iresnet train --data '${table}' ${flags.join(' ')} --workers ranks --quiet`;
  const [out, back] = ['out', 'back'].map((name) => join(home, name));
  return shell(`
    export WORLD_SIZE=2 RANK_PIPES=3,4
    rm -f '${out}' '${back}' && mkfifo '${out}' '${back}'
    RANK=1 ${other.replace('$train', train)} 3< '${out}' 4> '${back}' &
    RANK=0 ${train} 4> '${out}' 3< '${back}'
    code=$?
    wait $! && exit $code`);
}

test('two processes that pipes join train the same model; one that loses the other ends with 7', async () => {
  const flags = [...small, '--steps', '80', '--patience', 'none', '--accumulate', '3'];
  const joined = await asRanks('$train', ...flags, '--out', `'${join(home, 'ranks')}'`);
  expect(joined, joined.stderr).toMatchObject({ code: 0 });
  expect(left(join(home, 'ranks/001-three'))).toEqual(left(join(home, 'runs/001-three')));
  const lost = await asRanks(
    "bash -c 'head -c 1000 <&3 > /dev/null'",
    ...flags,
    '--out',
    `'${join(home, 'lost')}'`,
  );
  expect(lost.code).toBe(7);
  expect(lost.stderr).toContain('pipeline.rankOfJob: expected the other ranks to go on, got the end');
  expect(existsSync(join(home, 'lost/001-three/results.json'))).toBe(false);
  const none = await here(
    'train',
    '--data',
    table,
    ...flags,
    '--workers',
    'ranks',
    '--out',
    join(home, 'no'),
  );
  expect(none.code).toBe(2);
  expect(none.stderr).toContain('expected RANK, which deploy/ranks.py sets, as a whole number');
  expect(existsSync(join(home, 'no'))).toBe(false);
});

/** Commands that use a model; `IRESNET_ALL_WORKERS=1` tries all of them. */
const commands = [
  ['sample', '-n', '3000', '--seed', '5'],
  ['reconstruct', '--data', table, '-n', '60'],
  ['eval', '--data', table],
];

test('threads draw, invert and judge with the bytes of one', async () => {
  const some = process.env['IRESNET_ALL_WORKERS'] === undefined ? commands.slice(0, 1) : commands;
  for (const [command, ...flags] of some) {
    const words = [command!, join(home, 'runs', '001-three'), ...flags, '--quiet'];
    expect(await succeed(...words, '--workers', '2')).toBe(await succeed(...words));
  }
  const held = await here('eval', join(home, 'runs', '001-three'), '--workers', '2');
  expect(held.code).toBe(2);
  expect(held.stderr).toContain(
    'expected --workers with --data of a table, got the rows that the run held out',
  );
});

test('a step with one batch is not shared, and threads of two kinds are refused', async () => {
  const flags = ['train', '--data', table, ...small, '--out', join(home, 'other')];
  const alone = await here(...flags, '--workers', '2', '--accumulate', '1');
  expect(alone.code).toBe(0);
  expect(alone.stderr).toContain('a step has one batch, so other threads have nothing to do');
  const both = await here(...flags, '--workers', '2', '--threads', '2');
  const stderr = 'error: iresnet train: expected --workers or --threads, got both\n';
  expect(both).toMatchObject({ code: 2, stderr });
});
