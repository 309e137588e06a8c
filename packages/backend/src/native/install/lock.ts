import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { lock, type Lock } from '@iresnet/core/node';
import { InstallFailure } from './failure';

/** Take the lock of a folder, so that two installs cannot run at once. */
export function takeLock(base: string): Promise<Lock> {
  const file = join(base, '.lock');
  mkdirSync(base, { recursive: true });
  return lock(file, {
    held: ({ pid, host }) =>
      new InstallFailure(
        `Another install is running (process ${pid} on ${host}).`,
        `Wait for it. If it has ended, delete ${file}.`,
      ),
  });
}
