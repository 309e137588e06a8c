import { randomBytes } from 'node:crypto';
import { link, open, readdir, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { codeOf, unlessMissing } from './failure';
import { hasProcess } from './process';

/** The time by the clock of the file system, which may be that of another machine. */
export async function timeAt(path: string): Promise<number> {
  const draft = draftOf(path);
  const handle = await open(draft, 'wx');
  try {
    return (await handle.stat()).mtimeMs;
  } finally {
    await handle.close();
    await rm(draft, { force: true });
  }
}

/**
 * The handle of a new file with this content, which appears whole; undefined where there is a file.
 */
export async function create(path: string, content: string): Promise<FileHandle | undefined> {
  if (await unlessMissing(stat(path))) return undefined;
  const draft = draftOf(path);
  const handle = await open(draft, 'wx');
  try {
    await handle.writeFile(content);
    await link(draft, path);
    return handle;
  } catch (error) {
    await handle.close();
    if (codeOf(error) === 'EEXIST' || codeOf(error) === 'ENOENT') return undefined;
    if (codeOf(error) === 'ENOSPC' || codeOf(error) === 'EDQUOT') throw error;
    return await createInPlace(path, content); // a file system without links
  } finally {
    await rm(draft, { force: true });
  }
}

async function createInPlace(path: string, content: string): Promise<FileHandle | undefined> {
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

/** A name next to `path` that says whose it is. */
function draftOf(path: string): string {
  return `${path}.tmp-${process.pid}-${randomBytes(6).toString('hex')}`;
}

/** Remove what killed processes left beside a lock. */
export async function sweepDrafts(path: string): Promise<void> {
  const names = await readdir(dirname(path)).catch(() => []);
  for (const name of names) {
    if (!name.startsWith(`${basename(path)}.`)) continue;
    const [, pid] =
      /^(?:\.break)?\.tmp-(\d{1,10})-[0-9a-f]{12}$/.exec(name.slice(basename(path).length)) ?? [];
    if (pid !== undefined && !(await hasProcess(Number(pid))))
      await rm(join(dirname(path), name), { force: true });
  }
}
