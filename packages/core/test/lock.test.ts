import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { lock, type LockOptions } from '../src/node';

const home = mkdtempSync(join(tmpdir(), 'core lock '));
afterAll(() => rmSync(home, { recursive: true }));

const noProcess = 4_194_305; // above the largest id of Linux
const held: LockOptions['held'] = ({ pid }) => new Error(`process ${pid} has it`);
let count = 0;

/** What a lock of this process holds, with some fields changed. */
async function owner(change: object): Promise<string> {
  const path = join(home, `own ${count++}`);
  const { release } = await lock(path);
  const text = readFileSync(path, 'utf8');
  await release();
  return JSON.stringify({ ...(JSON.parse(text) as object), ...change });
}

/** A lock file that was touched `age` seconds ago, in a folder of its own. */
function locked(text: string, age: number): string {
  const path = join(mkdtempSync(join(home, 'of ')), 'lock');
  writeFileSync(path, text);
  touch(path, age);
  return path;
}

function touch(path: string, age: number): void {
  const then = Date.now() / 1000 - age;
  utimesSync(path, then, then);
}

/** Start of a process, as the system has it; null without /proc. */
function started(pid: number): string | null {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\)/s, '').trim().split(' ')[19]!;
  } catch {
    return null;
  }
}

const ofParent = { pid: process.ppid, started: started(process.ppid) };
const elsewhere = { place: 'elsewhere', pid: 1 };

test('a lock is one at a time: whoever waits gets it next, and nothing is left', async () => {
  const path = join(mkdtempSync(join(home, 'of ')), 'lock');
  let inside = 0;
  await Promise.all(
    Array.from({ length: 5 }, async () => {
      const { release } = await lock(path);
      expect(++inside).toBe(1);
      await sleep(20);
      inside--;
      await release();
    }),
  );
  expect(readdirSync(join(path, '..'))).toEqual([]);
});

test.each([
  ['of a process that is gone', { pid: noProcess }, 1],
  ['of a process whose id another one has', { pid: process.ppid, started: '1' }, 1],
  ['of another machine, silent for more than a minute', elsewhere, 61],
  ['of a live process that is silent for more than a minute', ofParent, 61],
  ['that holds other text, for more than a minute', null, 61],
])('a lock %s is taken over, by one of eight', async (_what, change, age) => {
  const path = locked(change === null ? 'half' : await owner({ ...change, id: '0123456789ab' }), age);
  const dead: string[] = [];
  let inside = 0;
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      const { release } = await lock(path, { onDead: async (id) => void dead.push(id) });
      expect(++inside).toBe(1);
      await sleep(5);
      inside--;
      await release();
    }),
  );
  // The work of a dead owner of this machine is put in order, once.
  expect(dead).toEqual(change === null || 'place' in change ? [] : ['0123456789ab']);
  expect(readdirSync(join(path, '..'))).toEqual([]);
});

test.each([
  ['of a live process', ofParent],
  ['of another machine', elsewhere],
  ['that is being written', null],
])('a lock %s is waited for, until the caller has enough', async (_what, change) => {
  const text = change === null ? '' : await owner(change);
  const path = locked(text, 1);
  await expect(lock(path, { signal: AbortSignal.timeout(200) })).rejects.toMatchObject({
    name: 'TimeoutError',
  });
  expect(readFileSync(path, 'utf8')).toBe(text);
  expect(readdirSync(join(path, '..'))).toEqual(['lock']);
});

test('a caller that does not wait is told of a live owner: here at once, elsewhere when it touches its lock', async () => {
  const here = locked(await owner(ofParent), 100_000);
  await expect(lock(here, { held })).rejects.toThrow(`process ${process.ppid} has it`);
  const far = locked(await owner(elsewhere), 1);
  const beat = setInterval(() => touch(far, 0), 100);
  await expect(lock(far, { held })).rejects.toThrow('process 1 has it');
  clearInterval(beat);
  // One that falls silent has lost it.
  const { release } = await lock(far, { held, silence: 300 });
  await release();
});

test('what killed processes left beside a lock does not stop others, and goes', async () => {
  const path = locked(await owner({ pid: noProcess }), 100);
  writeFileSync(`${path}.break`, await owner({ pid: noProcess }));
  writeFileSync(`${path}.tmp-${noProcess}-0123456789ab`, '');
  writeFileSync(`${path}.break.tmp-${noProcess}-0123456789ab`, '');
  writeFileSync(`${path}.tmp-${process.ppid}-0123456789ab`, '');
  const { release } = await lock(path);
  await release();
  expect(readdirSync(join(path, '..'))).toEqual([`lock.tmp-${process.ppid}-0123456789ab`]);
});

test('a folder that is not there is an error, not a wait', async () => {
  await expect(lock(join(home, 'none/lock'))).rejects.toMatchObject({ code: 'ENOENT' });
});

test.skipIf(started(process.pid) === null)(
  'is free where its owner has ended and no parent has asked for it',
  async () => {
    const parent = spawn('bash', ['-c', 'sleep 0.2 & echo $!; exec sleep 60']); // sleep asks for nobody
    try {
      const [said] = (await once(parent.stdout, 'data')) as [Buffer];
      const pid = Number(said.toString());
      const path = locked(await owner({ pid, started: started(pid) }), 1);
      await expect(lock(path, { held })).rejects.toThrow(`process ${pid} has it`);
      while (!/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))) await sleep(10);
      await (await lock(path, { held })).release();
    } finally {
      parent.kill('SIGKILL');
    }
  },
);
