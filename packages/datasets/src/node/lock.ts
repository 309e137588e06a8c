import { randomBytes } from 'node:crypto';
import { open, readFile, rm, stat, type FileHandle } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf, unlessMissing } from './failure';

/**
 * The owner of a lock touches it every BEAT_MS. After STALE_MS without that, anyone may take it.
 */
const BEAT_MS = 5_000;
export const STALE_MS = 60_000;
const POLL_MS = 50;

/** A lock that is held. */
export interface Lock {
  /** Twelve hexadecimal digits that no other owner has. */
  readonly id: string;
  /** Give the lock back. */
  release(): Promise<void>;
}

/**
 * Wait until the file `path` is ours alone.
 *
 * A lock only saves work: an owner that sleeps through STALE_MS loses it without notice. The work
 * under it must stay right when two processes do it.
 *
 * @param onDead - Gets the id of an owner on this machine that died with the lock, before its lock
 * is removed: whoever gets the lock then, the work of the dead one is in order.
 * @throws The errors of the file system, and the reason of `signal` when it aborts the wait.
 */
export async function lock(
  path: string,
  onDead: (id: string) => Promise<void>,
  signal?: AbortSignal,
): Promise<Lock> {
  const id = randomBytes(6).toString('hex');
  const content = JSON.stringify({ pid: process.pid, host: hostname(), id });
  for (;;) {
    signal?.throwIfAborted();
    const handle = await create(path, content);
    if (handle) {
      const beat = setInterval(() => {
        const now = new Date();
        handle.utimes(now, now).catch(() => undefined); // then others think it stale, which does no harm
      }, BEAT_MS).unref();
      return {
        id,
        async release() {
          clearInterval(beat);
          await handle.close();
          if ((await unlessMissing(readFile(path, 'utf8'))) === content) await rm(path, { force: true });
        },
      };
    }
    const owner = await ownerOf(path);
    if (!owner) continue;
    const { id: dead } = owner;
    const settle = async () => (owner.isDead && dead ? onDead(dead) : undefined);
    const isFree = (owner.isDead || owner.isSilent) && (await remove(path, owner.content, settle));
    if (!isFree) await pause(signal);
  }
}

/** A new lock file, or undefined when there is one. */
async function create(path: string, content: string): Promise<FileHandle | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(path, 'wx');
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return undefined;
    throw error;
  }
  try {
    await handle.writeFile(content);
    return handle;
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(path, { force: true }).catch(() => undefined);
    throw error;
  }
}

async function ownerOf(path: string) {
  const content = await unlessMissing(readFile(path, 'utf8'));
  const entry = await unlessMissing(stat(path));
  if (content === undefined || entry === undefined) return undefined;
  const [, pid, host, id] = /^\{"pid":(\d{1,10}),"host":"(.*)","id":"([0-9a-f]{12})"\}$/.exec(content) ?? [];
  return {
    content,
    id,
    isSilent: isSilent(entry.mtimeMs),
    // The processes of another machine cannot be asked.
    isDead: pid !== undefined && host === hostname() && !isAlive(Number(pid), entry.mtimeMs),
  };
}

/**
 * Whether the process that wrote at `time` runs. After a restart of a container another process may
 * have its id, even this one.
 */
function isAlive(pid: number, time: number): boolean {
  if (pid === process.pid) return time >= Date.now() - process.uptime() * 1000;
  try {
    process.kill(pid, 0); // signal 0 only asks
    return true;
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}

/**
 * Remove the lock with this content after `settle`; false when another process was faster. A process holds
 * `path.break` while it removes a lock, so that it does not remove a new lock that was made after
 * the old one was read.
 */
async function remove(path: string, content: string, settle: () => Promise<void>): Promise<boolean> {
  const breaker = `${path}.break`;
  const handle = await create(breaker, '');
  if (!handle) {
    // It is held for a moment, unless its owner died in that moment.
    const entry = await unlessMissing(stat(breaker));
    if (entry && isSilent(entry.mtimeMs)) await rm(breaker, { force: true });
    return false;
  }
  try {
    if ((await unlessMissing(readFile(path, 'utf8'))) !== content) return false;
    await settle();
    await rm(path, { force: true });
    return true;
  } finally {
    await handle.close();
    await rm(breaker, { force: true });
  }
}

function isSilent(time: number): boolean {
  return Date.now() - time > STALE_MS;
}

async function pause(signal: AbortSignal | undefined): Promise<void> {
  await sleep(POLL_MS, undefined, signal ? { signal } : {}).catch(() => undefined); // the caller looks at the signal
}
