import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { InstallFailure } from './failure';

/**
 * Take the lock of a folder, so that two installs cannot run at once. A lock whose process has
 * ended counts for nothing.
 *
 * @returns A function that releases the lock.
 */
export function takeLock(base: string): () => void {
  const file = join(base, '.lock');
  mkdirSync(base, { recursive: true });
  const me = `${process.pid} ${hostname()}`;
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      writeFileSync(file, me, { flag: 'wx' });
      return () => {
        rmSync(file, { force: true });
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const [pid = '', host = ''] = readFileSync(file, 'utf8').split(' ');
    if (host !== hostname() || isAlive(Number(pid))) {
      throw new InstallFailure(
        `Another install is running (process ${pid} on ${host}).`,
        `Wait for it. If it has ended, delete ${file}.`,
      );
    }
    rmSync(file, { force: true });
  }
  throw new InstallFailure(`Other installs keep taking the lock ${file}.`, 'Try again in a minute.');
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // it runs, as another user
  }
}
