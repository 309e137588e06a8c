import { randomBytes } from 'node:crypto';
import { readFile, rm, stat, type FileHandle } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { unlessMissing } from './failure';
import { create, sweepDrafts, timeAt } from './lockFile';
import { isRunning, thisProcess, type ProcessName } from './process';

/** The owner of a lock touches it so often, milliseconds. */
const BEAT = 2_000;
/** An owner that cannot be asked, and has not touched its lock for so long, has lost it. */
export const SILENCE = 60_000;
/** Milliseconds between two looks at the lock of a process of this machine, and of another. */
const PAUSE = { here: 50, elsewhere: 500 };

/** A lock that is held. */
export interface Lock {
  /** Twelve hexadecimal digits that no other owner has. */
  readonly id: string;
  /** Give the lock back. */
  release(): Promise<void>;
}

/** The process that has a lock, as far as the file says it. */
export type LockOwner = Partial<Pick<ProcessName, 'pid' | 'host'>>;

/** Options of {@link lock}. */
export interface LockOptions {
  /**
   * The error for a lock that a living process has. Without it the caller waits for that process.
   */
  readonly held?: (owner: LockOwner) => Error;
  /**
   * Gets the id of an owner that died with the lock, before its lock is removed: whoever gets the
   * lock then, the work of the dead one is in order.
   */
  readonly onDead?: (id: string) => Promise<void>;
  /** Ends the wait with its reason. */
  readonly signal?: AbortSignal;
  /** Milliseconds without a touch after which an owner that cannot be asked has lost the lock. */
  readonly silence?: number;
}

/**
 * Make the file `path` ours alone, until it is released.
 *
 * The file names its owner and appears whole. A lock of a process that is gone is taken over at
 * once. A process of another machine or container cannot be asked: its lock is taken over after a
 * minute in which it was not touched. A caller that waits also takes the lock of a process that was
 * stopped for a minute, so the work under such a lock must stay right when two processes do it.
 *
 * @throws The error of `held`, the errors of the file system, and the reason of `signal`.
 */
export async function lock(path: string, options: LockOptions = {}): Promise<Lock> {
  const { held, onDead, signal, silence = SILENCE } = options;
  const id = randomBytes(6).toString('hex');
  const self = await thisProcess();
  const content = JSON.stringify({ ...self, id });
  let first: Entry | undefined;
  for (;;) {
    signal?.throwIfAborted();
    const handle = await create(path, content);
    if (handle) {
      await sweepDrafts(path);
      return holding(path, handle, content, id);
    }
    const entry = await entryAt(path);
    if (!entry) continue;
    const { owner } = entry;
    const isHere = owner.place === self.place;
    if (await isLost(path, entry, { isHere, silence, canWait: held === undefined })) {
      const settle = async () => (isHere && owner.id ? onDead?.(owner.id) : undefined);
      if (await remove(path, entry.text, content, settle)) continue;
    } else if (held) {
      if (first?.text !== entry.text) first = entry;
      if (isHere || first.time !== entry.time) throw held(owner);
    }
    const pause = isHere ? PAUSE.here : PAUSE.elsewhere;
    await sleep(pause, undefined, signal ? { signal } : {}).catch(() => undefined); // the loop looks at the signal
  }
}

/** A lock file as it was found. */
interface Entry {
  readonly text: string;
  readonly time: number;
  /** Nothing for other text, or for a file that is being written. */
  readonly owner: Partial<ProcessName & Pick<Lock, 'id'>>;
}

async function entryAt(path: string): Promise<Entry | undefined> {
  const text = await unlessMissing(readFile(path, 'utf8'));
  const status = await unlessMissing(stat(path));
  return text === undefined || status === undefined
    ? undefined
    : { text, time: status.mtimeMs, owner: ownerIn(text) };
}

function ownerIn(text: string): Entry['owner'] {
  try {
    const found = JSON.parse(text) as Partial<Record<keyof ProcessName | 'id', unknown>> | null;
    const { pid, started, place, host, id } = found ?? {};
    const known = Number.isSafeInteger(pid) && typeof place === 'string' && /^[0-9a-f]{12}$/.test(String(id));
    return known
      ? {
          pid: pid as number,
          started: (started ?? null) as string | null,
          place,
          host: String(host),
          id: String(id),
        }
      : {};
  } catch {
    return {};
  }
}

function holding(path: string, handle: FileHandle, content: string, id: string): Lock {
  const beat = setInterval(() => {
    const now = new Date();
    handle.utimes(now, now).catch(() => undefined); // then others think it lost
  }, BEAT).unref();
  return {
    id,
    async release() {
      clearInterval(beat);
      await handle.close();
      if ((await unlessMissing(readFile(path, 'utf8'))) === content) await rm(path, { force: true });
    },
  };
}

async function isLost(
  path: string,
  { owner, time }: Entry,
  { isHere, silence, canWait }: { isHere: boolean; silence: number; canWait: boolean },
): Promise<boolean> {
  if (isHere && !(await isRunning(owner as ProcessName))) return true;
  if (isHere) return canWait && Date.now() - time > silence;
  return (await timeAt(path)) - time > silence;
}

/**
 * Remove the lock with this text after `settle`; false when another process was faster. A process
 * holds `path.break` while it removes a lock, so that it does not remove a new lock that was made
 * after the old one was read.
 */
async function remove(
  path: string,
  text: string,
  content: string,
  settle: () => Promise<void>,
): Promise<boolean> {
  const breaker = `${path}.break`;
  const handle = await create(breaker, content);
  if (!handle) {
    // It is held for a moment, unless its owner died in that moment.
    const entry = await entryAt(breaker);
    const isHere = entry?.owner.place === (await thisProcess()).place;
    if (entry && (await isLost(breaker, entry, { isHere, silence: SILENCE, canWait: true })))
      await rm(breaker, { force: true });
    return false;
  }
  try {
    if ((await unlessMissing(readFile(path, 'utf8'))) !== text) return false;
    await settle();
    await rm(path, { force: true });
    return true;
  } finally {
    await handle.close();
    await rm(breaker, { force: true });
  }
}
