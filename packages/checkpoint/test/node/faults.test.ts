import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  hasCheckpoint,
  latestCheckpoint,
  loadCheckpoint,
  removeCheckpoint,
  saveCheckpoint,
  sweep,
  writeFileAtomic,
  type FileSystem,
} from '@iresnet/checkpoint/node';
import { rejectionOf } from '../bytes';
import { contentOf, newFolder, systemError, watchedFileSystem, type Call } from './folder';

const OLD = { 'a.bin': Uint8Array.of(1), b: 'old' };
const NEW = { 'a.bin': Uint8Array.of(2), c: 'new' };

/** A file system whose n-th call fails, and what it was. */
function failing(n: number, code: string): { fs: FileSystem; failed: () => Call | undefined } {
  let count = 0;
  let failed: Call | undefined;
  const fs = watchedFileSystem((call) => {
    if (++count !== n) return;
    failed = call;
    throw systemError(code);
  });
  return { fs, failed: () => failed };
}

/** What a save makes of an empty folder, for comparison. */
async function resultOf(...saves: (typeof OLD | typeof NEW)[]): Promise<Record<string, string>> {
  const root = newFolder();
  for (const files of saves) await saveCheckpoint(join(root, 'model'), files);
  return contentOf(root);
}

describe.each([
  ['a new name', false],
  ['a name in use', true],
])('saving to %s when the n-th call fails', (_, replaces) => {
  it.each(['EIO', 'ENOSPC'])('with %s', async (code) => {
    const before = replaces ? await resultOf(OLD) : {};
    const after = await resultOf(NEW);
    const seen: string[] = [];
    for (let n = 1; ; n++) {
      const root = newFolder();
      const dir = join(root, 'model');
      if (replaces) await saveCheckpoint(dir, OLD);
      const { fs, failed } = failing(n, code);
      const outcome = await saveCheckpoint(dir, NEW, { fs }).then(
        () => undefined,
        (error: unknown) => error,
      );
      const call = failed();
      if (call === undefined) {
        expect(outcome).toBeUndefined(); // all calls were tried
        break;
      }
      seen.push(call.name);
      if (call.name === 'rm' || (call.name === 'readdir' && call.path === root)) {
        // The save was done; what is left waits for a sweep, and no reader takes it for a
        // checkpoint.
        expect(outcome).toBeUndefined();
        expect(contentOf(root)).toMatchObject(after);
        expect((await latestCheckpoint(root))?.dir).toBe(dir);
        continue;
      }
      const error = await rejectionOf(Promise.reject(outcome as Error), 'data');
      expect(error.message).toContain(`(${code})`);
      expect(error.message).toContain(dir);
      expect(contentOf(root)).toEqual(before);
    }
    for (const name of ['mkdir', 'open', 'write', 'sync', 'close', 'rename', 'readdir'])
      expect(seen).toContain(name);
    expect(seen.length).toBeGreaterThan(20);
    expect(seen.filter((name) => name === 'rename')).toHaveLength(replaces ? 2 : 1);
  });
});

describe('loading when the n-th call fails', () => {
  it('gives a typed error or the right checkpoint', async () => {
    const root = newFolder();
    await saveCheckpoint(join(root, 'model'), OLD);
    let failures = 0;
    for (let n = 1; ; n++) {
      const { fs, failed } = failing(n, 'EIO');
      const loaded = await loadCheckpoint(join(root, 'model'), { fs }).catch((error: unknown) =>
        rejectionOf(Promise.reject(error as Error), 'data'),
      );
      if (failed() === undefined) break;
      if (loaded instanceof Error) failures++;
      else expect(Buffer.from(loaded.files.get('b')!).toString()).toBe('old');
    }
    expect(failures).toBeGreaterThan(1);
  });
});

describe('removing', () => {
  it('leaves the checkpoint whole or gone, whichever call fails', async () => {
    const seen: string[] = [];
    for (let n = 1; ; n++) {
      const root = newFolder();
      const dir = join(root, 'model');
      await saveCheckpoint(dir, OLD);
      const before = contentOf(root);
      const { fs, failed } = failing(n, 'EIO');
      const outcome = await removeCheckpoint(dir, { fs }).catch((error: unknown) =>
        rejectionOf(Promise.reject(error as Error), 'data'),
      );
      if (failed() === undefined) {
        expect(contentOf(root)).toEqual({});
        break;
      }
      seen.push(failed()!.name);
      if (outcome === undefined) {
        // What is left is not taken for a checkpoint, and a sweep removes it.
        expect(hasCheckpoint(dir)).toBe(false);
        await sweep(root, { exclusive: true });
        expect(contentOf(root)).toEqual({});
      } else {
        expect(outcome.message).toContain(`expected to remove ${dir}`);
        expect(contentOf(root)).toEqual(before);
      }
    }
    expect(seen).toEqual(['readdir', 'rename', 'rm']);
  });

  it('takes one that a killed save had moved aside, and does without one', async () => {
    const root = newFolder();
    const dir = join(root, 'model');
    await saveCheckpoint(dir, OLD);
    renameSync(dir, `${dir}.old-4194305-0123456789ab`); // no process has this id
    await removeCheckpoint(dir);
    expect(contentOf(root)).toEqual({});
    await removeCheckpoint(dir);
  });
});

describe('sweeping when a call fails', () => {
  it('gives a typed error', async () => {
    const root = newFolder();
    mkdirSync(join(root, 'a.tmp-4194305-0123456789ab'));
    for (const n of [1, 2]) {
      expect((await rejectionOf(sweep(root, { fs: failing(n, 'EACCES').fs }), 'data')).message).toMatch(
        /permission denied \(EACCES\)/,
      );
    }
    expect(await sweep(root)).toHaveLength(1);
  });
});

describe('writing one file when the n-th call fails', () => {
  it('keeps the old content and no temporary file', async () => {
    const seen: string[] = [];
    for (let n = 1; ; n++) {
      const root = newFolder();
      await writeFileAtomic(join(root, 'a'), 'old');
      const { fs, failed } = failing(n, 'EIO');
      const outcome = await writeFileAtomic(join(root, 'a'), 'new', { fs }).catch((error: unknown) =>
        rejectionOf(Promise.reject(error as Error), 'data'),
      );
      if (failed() === undefined) break;
      seen.push(failed()!.name);
      if (seen.at(-1) === 'readdir') {
        expect(outcome).toBeUndefined(); // what killed writers left waits for the next write
        continue;
      }
      expect(outcome).toBeInstanceOf(Error);
      // After the rename the name already stands for the new content; only its durability is
      // unknown.
      const renamed = seen.includes('rename') && seen.at(-1) !== 'rename';
      expect(contentOf(root)).toEqual({ a: Buffer.from(renamed ? 'new' : 'old').toString('hex') });
    }
    expect(seen.join(' ')).toBe('readlink stat readdir open write sync close rename open sync close');
  });
});

describe('order', () => {
  it('every file is synced before the manifest is opened, the folder before the rename, the parent after', async () => {
    const root = newFolder();
    const calls: string[] = [];
    const dir = join(root, 'model');
    const fs = watchedFileSystem(({ name, path }) => {
      const short = path.replace(/\.tmp-\d+-[0-9a-f]+/, '.tmp').replace(root, '');
      if (name !== 'readdir' && name !== 'close') calls.push(`${name} ${short || '/'}`);
    });
    await saveCheckpoint(dir, { a: '1' }, { fs });
    expect(calls).toEqual([
      'mkdir /',
      'mkdir /model.tmp',
      'open /model.tmp/a',
      'write /model.tmp/a',
      'sync /model.tmp/a',
      'open /model.tmp/manifest.json',
      'write /model.tmp/manifest.json',
      'sync /model.tmp/manifest.json',
      'open /model.tmp',
      'sync /model.tmp',
      'rename /model',
      'open /',
      'sync /',
    ]);
  });

  it('a file system that cannot sync folders is not an error', async () => {
    const root = newFolder();
    const dir = join(root, 'model');
    const folders: string[] = [];
    const fs = watchedFileSystem(({ name, path }) => {
      if (name !== 'sync' || (path !== root && dirname(path) !== root)) return;
      folders.push(path);
      throw systemError('EINVAL');
    });
    await saveCheckpoint(dir, OLD, { fs });
    expect(folders).toHaveLength(2);
    expect((await loadCheckpoint(dir)).files.size).toBe(2);
  });
});

describe('a disk or folder that takes no more', () => {
  it.each([
    ['ENOSPC', 'write', /the disk is full \(ENOSPC\)/],
    ['EROFS', 'mkdir', /the file system is read-only \(EROFS\)/],
    ['EACCES', 'mkdir', /permission denied \(EACCES\)/],
    ['EDQUOT', 'sync', /quota is used up \(EDQUOT\)/],
    ['EMFILE', 'open', /EMFILE: injected \(EMFILE\)/],
  ])('%s at every %s', async (code, name, message) => {
    const root = newFolder();
    const dir = join(root, 'model');
    await saveCheckpoint(dir, OLD);
    const before = contentOf(root);
    const fs = watchedFileSystem((call) => {
      if (call.name === name) throw systemError(code);
    });
    expect((await rejectionOf(saveCheckpoint(dir, NEW, { fs }), 'data')).message).toMatch(message);
    expect(contentOf(root)).toEqual(before);
  });

  it.skipIf(process.platform === 'win32')('a real limit on file size (EFBIG)', () => {
    const root = newFolder();
    const saver = fileURLToPath(new URL('./saver.ts', import.meta.url));
    const script = `ulimit -f 64; exec "$0" --conditions=@iresnet/source --import tsx "$1" once "$2" 1048576`;
    const output = execFileSync('bash', ['-c', script, process.execPath, saver, join(root, 'model')], {
      encoding: 'utf8',
    });
    expect(output).toMatch(/data .*larger than the limit .*\(EFBIG\)/);
    expect(contentOf(root)).toEqual({});
  });

  it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
    'a real folder without permission',
    async () => {
      const root = newFolder();
      chmodSync(root, 0o500);
      expect((await rejectionOf(saveCheckpoint(join(root, 'model'), OLD), 'data')).message).toMatch(/EACCES/);
      chmodSync(root, 0o700);
    },
  );
});

// Node 20's own recursive mkdir never returns here.
it.runIf(process.platform === 'linux')(
  'a folder that the system denies to make ends in an error',
  async () => {
    const error = await rejectionOf(saveCheckpoint('/proc/nowhere/deeper/model', OLD), 'data');
    expect(error).toMatchObject({ context: { code: 'ENOENT' } });
  },
);
