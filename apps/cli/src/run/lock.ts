import { randomBytes } from 'node:crypto';
import {
  linkSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { IResNetError } from '@iresnet/core';
import { writeFailure } from '../terminal/writeFailure';

/** The process that trains a run, as its lock file has it. */
interface Owner {
  readonly pid: number;
  /** When the process started, as far as the system says it: another one may get the same id later. */
  readonly started: string | null;
  /** The machine since its start, and the room of process ids in it. */
  readonly place: string;
}

const FILE = 'lock';
/** The owner of a lock touches it so often, milliseconds. */
const BEAT = 2_000;
/** A lock from another machine that is not touched for so long is one of a dead process. */
const WATCHED = 20_000;

/**
 * Make a run folder ours alone, until the function that it gives is called.
 *
 * The lock is a file with the process id and start time of its owner. It outlives a killed owner and is then taken over. The
 * processes of another machine or container cannot be asked: their lock is watched for some seconds.
 *
 * @param watched - Milliseconds of that.
 * @throws IResNetError of kind `data` that names the owner, when another process trains the run.
 */
export async function lockRun(dir: string, watched = WATCHED): Promise<() => void> {
  const path = join(dir, FILE);
  const own = JSON.stringify({
    pid: process.pid,
    started: startOf(process.pid),
    place: placeOf(),
  } satisfies Owner);
  while (!create(path, own)) {
    const found = contentOf(path);
    if (found === undefined) continue;
    const owner = ownerOf(found);
    if (await isAlive(path, owner, watched)) {
      const what = `expected a run that no other process trains, got one that process ${owner!.pid} is at`;
      throw new IResNetError('data', dir, what);
    }
    takeAway(path, found);
  }
  const beat = setInterval(() => touch(path), BEAT).unref();
  return () => {
    clearInterval(beat);
    if (contentOf(path) === own) rmSync(path, { force: true });
  };
}

/** Whether the lock is new and ours. It is whole from the first moment on. */
function create(path: string, content: string): boolean {
  const draft = besideOf(path);
  try {
    writeFileSync(draft, content, { flag: 'wx' });
    try {
      linkSync(draft, path);
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false;
      writeFileSync(path, content, { flag: 'wx' }); // a file system without links
    } finally {
      rmSync(draft, { force: true });
    }
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw writeFailure(path, error);
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

/** Remove a dead lock, but not the one that another process may have put in its place meanwhile. */
function takeAway(path: string, content: string): void {
  const aside = besideOf(path);
  try {
    renameSync(path, aside);
  } catch {
    return; // another process was faster
  }
  if (contentOf(aside) !== content) renameSync(aside, path);
  else rmSync(aside, { force: true });
}

/** A name that `sweep` knows as one of a process that is gone. */
function besideOf(path: string): string {
  return `${path}.tmp-${process.pid}-${randomBytes(6).toString('hex')}`;
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** The owner that a lock names; undefined for other text, which no one holds. */
function ownerOf(content: string): Owner | undefined {
  try {
    const owner = JSON.parse(content) as Partial<Owner> | null;
    return Number.isSafeInteger(owner?.pid) && typeof owner?.place === 'string'
      ? (owner as Owner)
      : undefined;
  } catch {
    return undefined;
  }
}

async function isAlive(path: string, owner: Owner | undefined, watched: number): Promise<boolean> {
  if (owner === undefined) return false;
  if (owner.place === placeOf()) return isRunning(owner.pid) && startOf(owner.pid) === owner.started;
  const seen = timeOf(path);
  for (let waited = 0; waited < watched; waited += BEAT) {
    await sleep(BEAT);
    if (timeOf(path) !== seen) return true;
  }
  return false;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0); // signal 0 only asks
    return true;
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}

/** Start of a process in ticks since that of the machine, where the system has /proc. */
function startOf(pid: number): string | null {
  // The name before it may hold anything, but no parenthesis follows that of its end.
  return contentOf(`/proc/${pid}/stat`)?.replace(/^.*\)/s, '').trim().split(' ')[19] ?? null;
}

function placeOf(): string {
  const boot = contentOf('/proc/sys/kernel/random/boot_id')?.trim() ?? hostname();
  try {
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return boot;
  }
}

function timeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}

function touch(path: string): void {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch {
    // Then others think it dead, which only matters on another machine.
  }
}
