import { join } from 'node:path';
import { IResNetError } from '@iresnet/core';
import { lock, writeFailure, type LockOwner } from '@iresnet/core/node';

/** Another machine touches its lock every two seconds. */
const SILENCE = 20_000;

/**
 * Make a run folder ours alone, until the function that it gives is called.
 *
 * @throws IResNetError of kind `data` that names the owner, when another process trains the run.
 *
 * @example
 * ```ts
 * import { mkdtempSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { lockRun } from '@iresnet/pipeline/run/node';
 *
 * const dir = mkdtempSync(join(tmpdir(), 'run-'));
 * const unlock = await lockRun(dir); // to move it, say
 * await lockRun(dir).catch(({ message }: Error) => console.log(message)); // … got one that process … is at
 * await unlock();
 * ```
 */
export async function lockRun(dir: string): Promise<() => Promise<void>> {
  const file = join(dir, 'lock');
  const held = ({ pid }: LockOwner): IResNetError =>
    new IResNetError(
      'data',
      dir,
      `expected a run that no other process trains, got one that process ${pid} is at`,
    );
  try {
    const { release } = await lock(file, { held, silence: SILENCE });
    return release;
  } catch (error) {
    throw error instanceof IResNetError ? error : writeFailure(file, error);
  }
}
