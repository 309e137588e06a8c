import * as tf from '@tensorflow/tfjs';
import { execFile, execFileSync } from 'node:child_process';
import {
  cpSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '@iresnet/core';
import { assign, decodeModule, snapshot } from '@iresnet/checkpoint';
import {
  hasCheckpoint,
  hashConfig,
  latestCheckpoint,
  loadCheckpoint,
  loadModule,
  saveCheckpoint,
  saveModule,
  sweep,
  writeFileAtomic,
} from '@iresnet/checkpoint/node';
import { version } from '../../package.json';
import { flipBit, rejectionOf } from '../bytes';
import { contentOf, newFolder } from './folder';

const hex = (text: string): string => Buffer.from(text).toString('hex');
const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
/** No process has an id above 2^22 on Linux, or above 99998 on macOS. */
const DEAD = 4194305;

/**
 * A manifest as the format says, by hand: the last member hashes the compact JSON of the others.
 */
function manifestOf(members: object): string {
  return `${JSON.stringify({ ...members, sha256: sha(JSON.stringify(members)) }, null, 2)}\n`;
}

describe('saveCheckpoint and loadCheckpoint', () => {
  it('write exactly the files and the manifest of the format', async () => {
    const root = newFolder();
    const dir = join(root, 'deep', 'er', 'step-1');
    await saveCheckpoint(
      `${dir}/`,
      { 'x.bin': Uint8Array.of(1, 2), 't.txt': 'ü' },
      { config: { b: 1, a: [2] } },
    );
    const manifest = manifestOf({
      format: 1,
      library: version,
      config: sha('{"a":[2],"b":1}'),
      files: {
        'x.bin': { bytes: 2, sha256: sha('\x01\x02') },
        't.txt': { bytes: 2, sha256: sha('ü') },
      },
    });
    expect(contentOf(join(root, 'deep'))).toEqual({
      er: 'folder',
      'er/step-1': 'folder',
      'er/step-1/x.bin': '0102',
      'er/step-1/t.txt': hex('ü'),
      'er/step-1/manifest.json': hex(manifest),
    });
    const loaded = await loadCheckpoint(dir);
    expect([...loaded.files].map(([name, bytes]) => [name, Buffer.from(bytes).toString('hex')])).toEqual([
      ['x.bin', '0102'],
      ['t.txt', hex('ü')],
    ]);
    expect(loaded.manifest.config).toBe(hashConfig({ a: [2], b: 1 }));
  });

  it('give back any files', async () => {
    const root = newFolder();
    const names = fc
      .stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,20}$/)
      .filter((name) => name !== 'manifest.json');
    const files = fc.uniqueArray(fc.tuple(names, fc.uint8Array({ maxLength: 50 })), {
      selector: ([name]) => name.toLowerCase(), // some file systems do not tell the cases apart
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(files, async (entries) => {
        const dir = join(root, 'same');
        rmSync(dir, { recursive: true, force: true });
        await saveCheckpoint(dir, Object.fromEntries(entries));
        const loaded = await loadCheckpoint(dir);
        const wanted = entries.map(([name, bytes]) => [name, Buffer.from(bytes).toString('hex')]);
        expect(
          [...loaded.files].map(([name, bytes]) => [name, Buffer.from(bytes).toString('hex')]).sort(),
        ).toEqual(wanted.sort());
      }),
      { seed: 3, numRuns: 30 },
    );
  });

  it('replace a checkpoint whole, also a corrupt one', async () => {
    const root = newFolder();
    const dir = join(root, 'model');
    await saveCheckpoint(dir, { a: '1', b: '1' });
    await saveCheckpoint(dir, { a: '2' });
    expect(Object.keys(contentOf(root)).sort()).toEqual(['model', 'model/a', 'model/manifest.json']);
    writeFileSync(join(dir, 'manifest.json'), 'gone');
    await saveCheckpoint(dir, { a: '3' });
    expect(Buffer.from((await loadCheckpoint(dir)).files.get('a')!).toString()).toBe('3');
  });

  it('never replace a folder or a file that is something else', async () => {
    const root = newFolder();
    mkdirSync(join(root, 'home'));
    writeFileSync(join(root, 'home', 'thesis.tex'), 'text');
    writeFileSync(join(root, 'file'), 'text');
    const before = contentOf(root);
    const error = await rejectionOf(saveCheckpoint(join(root, 'home'), { a: '1' }), 'argument');
    expect(error.message).toMatch(/expected a new name or a checkpoint, got .*home with "thesis.tex" in it/);
    await rejectionOf(saveCheckpoint(join(root, 'file'), { a: '1' }), 'data');
    await rejectionOf(saveCheckpoint(join(root, 'file', 'below'), { a: '1' }), 'data');
    expect(contentOf(root)).toEqual(before);
  });

  it.each([
    '../x',
    '/x',
    'a/b',
    'a\\b',
    'C:x',
    '.',
    '..',
    '.hidden',
    '',
    'a\0',
    'manifest.json',
    'ä',
    'a'.repeat(300),
  ])('refuse the file name %j', async (name) => {
    const root = newFolder();
    await rejectionOf(saveCheckpoint(join(root, 'a'), { [name]: '1' }), 'argument');
    expect(contentOf(root)).toEqual({});
  });
});

describe('damage', () => {
  const files = {
    'model.safetensors': Uint8Array.from({ length: 2000 }, (_, i) => i % 251),
    'config.json': '{"a":1}',
  };

  async function saved(): Promise<string> {
    const dir = join(newFolder(), 'model');
    await saveCheckpoint(dir, files);
    return dir;
  }

  it('every flipped bit of the manifest and of a small file, and 1000 of the large one, are refused', async () => {
    const dir = await saved();
    const rng = createRng(5);
    for (const name of ['manifest.json', 'config.json', 'model.safetensors']) {
      const path = join(dir, name);
      const bytes = new Uint8Array(readFileSync(path));
      const bits = 8 * bytes.length;
      const chosen =
        name === 'model.safetensors'
          ? Array.from({ length: 1000 }, () => rng.nextInt(bits))
          : Array.from({ length: bits }, (_, bit) => bit);
      for (const bit of chosen) {
        writeFileSync(path, flipBit(bytes, bit));
        expect((await rejectionOf(loadCheckpoint(dir), 'data')).where).toBe(path);
      }
      writeFileSync(path, bytes);
    }
    expect((await loadCheckpoint(dir)).files.size).toBe(2);
  });

  it('every truncation of every file is refused', async () => {
    const dir = await saved();
    for (const name of ['manifest.json', 'config.json']) {
      const path = join(dir, name);
      const bytes = readFileSync(path);
      for (let n = 0; n < bytes.length; n++) {
        writeFileSync(path, bytes.subarray(0, n));
        expect((await rejectionOf(loadCheckpoint(dir), 'data')).where).toBe(path);
      }
      writeFileSync(path, bytes);
    }
  });

  it('names what is missing, resized or changed', async () => {
    const dir = await saved();
    const path = join(dir, 'config.json');
    writeFileSync(path, '{"a":1} ');
    expect((await rejectionOf(loadCheckpoint(dir), 'data')).message).toBe(`${path}: expected 7 bytes, got 8`);
    writeFileSync(path, '{"a":2}');
    expect((await rejectionOf(loadCheckpoint(dir), 'data')).message).toBe(
      `${path}: expected sha256 ${sha('{"a":1}')}, got ${sha('{"a":2}')}`,
    );
    rmSync(path);
    expect((await rejectionOf(loadCheckpoint(dir), 'data')).message).toContain(
      `expected to read ${path}, got: no such file or folder (ENOENT)`,
    );
    rmSync(dir, { recursive: true });
    expect((await rejectionOf(loadCheckpoint(dir), 'data')).message).toContain(join(dir, 'manifest.json'));
  });

  const good = { format: 1, library: '1.0.0', config: null, files: {} };
  it.each<[string, string, RegExp]>([
    ['another seal', JSON.stringify({ ...good, sha256: sha('x') }), /agrees with its own sha256/],
    ['no seal', JSON.stringify(good), /own sha256/],
    ['another layout of the text', manifestOf(good).trimEnd(), /own sha256/],
    ['a duplicate member', manifestOf(good).replace('{', '{\n  "format": 1,'), /own sha256/],
    [
      'a newer format',
      '{"format":2,"library":"9.1.0","more":1}',
      /format 1 or older, got 2: written by version 9.1.0; update/,
    ],
    [
      'no format',
      manifestOf({ library: '1.0.0', config: null, files: {} }),
      /expected format 1, got undefined/,
    ],
    ['a format of 0', manifestOf({ ...good, format: 0 }), /expected format 1, got 0/],
    ['no files', manifestOf({ ...good, files: null }), /expected files/],
    [
      'a path that leaves the folder',
      manifestOf({ ...good, files: { '../x': { bytes: 0, sha256: '' } } }),
      /plain file names, got "..\/x"/,
    ],
    ['no record', manifestOf({ ...good, files: { x: null } }), /expected bytes and sha256 of "x"/],
    ['null', 'null', /expected a JSON object/],
    ['nothing', '', /expected JSON/],
  ])('a manifest with %s is refused', async (_, text, message) => {
    const dir = newFolder();
    writeFileSync(join(dir, 'manifest.json'), text);
    const error = await rejectionOf(loadCheckpoint(dir), 'data');
    expect(error.where).toBe(join(dir, 'manifest.json'));
    expect(error.message).toMatch(message);
  });

  it('a manifest by hand is accepted', async () => {
    const dir = newFolder();
    writeFileSync(join(dir, 'x'), 'abc');
    // SHA-256 of "abc", the test vector of FIPS 180-2.
    const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    writeFileSync(
      join(dir, 'manifest.json'),
      manifestOf({ ...good, files: { x: { bytes: 3, sha256: abc } } }),
    );
    expect((await loadCheckpoint(dir)).manifest.library).toBe('1.0.0');
  });
});

describe('latestCheckpoint', () => {
  it('is the last by number that verifies, and tells of the others', async () => {
    const root = newFolder();
    for (const step of [9, 10, 11, 100])
      await saveCheckpoint(join(root, `step-${step}`), { state: `${step}` });
    writeFileSync(join(root, 'step-100', 'state'), '101');
    rmSync(join(root, 'step-11', 'manifest.json'));
    mkdirSync(join(root, `step-200.tmp-${process.pid}-0123456789ab`));
    writeFileSync(join(root, 'zlog.jsonl'), '{}');
    const skipped: string[] = [];
    const latest = await latestCheckpoint(root, {
      onSkip: (dir, error) => skipped.push(`${dir}: ${error.kind}`),
    });
    expect(latest?.dir).toBe(join(root, 'step-10'));
    expect(Buffer.from(latest!.files.get('state')!).toString()).toBe('10');
    expect(skipped).toEqual([`${join(root, 'step-100')}: data`, `${join(root, 'step-11')}: data`]);
  });

  it('is undefined where there is none', async () => {
    const root = newFolder();
    expect(await latestCheckpoint(root)).toBeUndefined();
    expect(await latestCheckpoint(join(root, 'none'))).toBeUndefined();
    writeFileSync(join(root, 'file'), '');
    await rejectionOf(latestCheckpoint(join(root, 'file')), 'data');
  });
});

describe('sweep', () => {
  it('removes what dead processes left and puts back what they moved aside', async () => {
    const root = newFolder();
    await saveCheckpoint(join(root, 'a'), { state: 'a' });
    await saveCheckpoint(join(root, 'b'), { state: 'new' });
    const beside = (name: string, pid: number): string => join(root, `${name}-${pid}-0123456789ab`);
    // B was replaced, then the process died.
    cpSync(join(root, 'a'), beside('b.old', DEAD), { recursive: true });
    // Died between the two renames.
    cpSync(join(root, 'a'), beside('c.old', DEAD), { recursive: true });
    mkdirSync(beside('c.tmp', DEAD));
    writeFileSync(beside('report.json.tmp', DEAD), 'half');
    mkdirSync(beside('d.tmp', process.ppid)); // a save that runs
    mkdirSync(beside('e.tmp', process.pid)); // a save of this process
    // Of a process with our id, before a restart.
    mkdirSync(beside('f.tmp', process.pid).replace('0123', '4567'));
    utimesSync(beside('f.tmp', process.pid).replace('0123', '4567'), 1, 1);
    mkdirSync(join(root, 'notes.tmp-1-x'));

    // Before any sweep a reader finds c.
    expect(Buffer.from((await loadCheckpoint(join(root, 'c'))).files.get('state')!).toString()).toBe('a');
    expect((await latestCheckpoint(root))?.dir).toBe(join(root, 'c'));

    const swept = await sweep(root);
    expect(swept).toHaveLength(5);
    const left = Object.keys(contentOf(root)).filter((path) => !path.includes('/'));
    expect(left.sort()).toEqual(
      ['a', 'b', 'c', beside('d.tmp', process.ppid), beside('e.tmp', process.pid), 'notes.tmp-1-x'].map(
        (path) => path.replace(`${root}/`, ''),
      ),
    );
    expect(Buffer.from((await loadCheckpoint(join(root, 'b'))).files.get('state')!).toString()).toBe('new');
    expect(Buffer.from((await loadCheckpoint(join(root, 'c'))).files.get('state')!).toString()).toBe('a');
    expect(await sweep(root)).toEqual([]);
    expect(await sweep(join(root, 'none'))).toEqual([]);
  });

  it('puts back the newest of several, and touches nothing of a running save', async () => {
    const root = newFolder();
    const aside = (name: string, pid: number, random: string): string =>
      join(root, `${name}.old-${pid}-${random}`);
    for (const [i, state] of ['older', 'newer'].entries()) {
      await saveCheckpoint(join(root, 'saved'), { state });
      const moved = aside('a', DEAD, `00000000000${i}`);
      renameSync(join(root, 'saved'), moved);
      utimesSync(join(moved, 'manifest.json'), 1000 + i, 1000 + i);
    }
    // Its removal had begun, which made its folder the newest.
    rmSync(join(aside('a', DEAD, '000000000000'), 'state'));
    await saveCheckpoint(join(root, 'b'), { state: 'b' });
    renameSync(join(root, 'b'), aside('b', DEAD, '000000000000'));
    mkdirSync(join(root, `b.tmp-${process.ppid}-000000000001`));

    const read = async (name: string) =>
      Buffer.from((await loadCheckpoint(join(root, name))).files.get('state')!).toString();
    expect([await read('a'), await read('b')]).toEqual(['newer', 'b']);
    expect(await sweep(root)).toHaveLength(2);
    expect([await read('a'), await read('b')]).toEqual(['newer', 'b']);
    const left = Object.keys(contentOf(root)).filter((path) => !path.includes('/'));
    expect(left.sort()).toEqual(['a', `b.old-${DEAD}-000000000000`, `b.tmp-${process.ppid}-000000000001`]);
  });

  it('of a folder that is ours alone takes every process for dead', async () => {
    const root = newFolder();
    await saveCheckpoint(join(root, 'a'), { state: '1' });
    // A container gives the id of the dead process to another one.
    renameSync(join(root, 'a'), join(root, `a.old-${process.ppid}-000000000000`));
    mkdirSync(join(root, `b.tmp-${process.ppid}-000000000001`));
    expect(await sweep(root)).toEqual([]);
    expect(await sweep(root, { exclusive: true })).toHaveLength(2);
    expect(Object.keys(contentOf(root)).filter((path) => !path.includes('/'))).toEqual(['a']);
    expect(Buffer.from((await loadCheckpoint(join(root, 'a'))).files.get('state')!).toString()).toBe('1');
  });

  it('is not needed to find what a killed save has moved aside', async () => {
    const root = newFolder();
    const [dir, longer] = [join(root, 'a'), join(root, 'a.b')];
    expect([hasCheckpoint(dir), hasCheckpoint(join(root, 'none/deeper'))]).toEqual([false, false]);
    await saveCheckpoint(dir, { state: '1' });
    expect([hasCheckpoint(dir), hasCheckpoint(longer)]).toEqual([true, false]);
    renameSync(dir, `${dir}.old-${DEAD}-000000000000`);
    expect([hasCheckpoint(dir), hasCheckpoint(longer)]).toEqual([true, false]);
    expect((await loadCheckpoint(dir)).files.size).toBe(1);
    // A folder that a save has not finished is none.
    renameSync(`${dir}.old-${DEAD}-000000000000`, `${dir}.tmp-${DEAD}-000000000000`);
    expect(hasCheckpoint(dir)).toBe(false);
  });

  it('of one name comes before the next write to it, of a file or a folder', async () => {
    const root = newFolder();
    const left = (name: string): string => `${name}.tmp-${DEAD}-0123456789ab`;
    writeFileSync(join(root, left('a.csv')), 'half');
    mkdirSync(join(root, left('model')));
    writeFileSync(join(root, left('other')), 'half');
    await writeFileAtomic(join(root, 'a.csv'), '1');
    await saveCheckpoint(join(root, 'model'), { state: '1' });
    expect(readdirSync(root).sort()).toEqual(['a.csv', 'model', left('other')]);
  });

  it('removes a link, not what it points to', async () => {
    const root = newFolder();
    const outside = newFolder();
    writeFileSync(join(outside, 'keep'), '1');
    symlinkSync(outside, join(root, `a.tmp-${DEAD}-0123456789ab`));
    expect(await sweep(root)).toHaveLength(1);
    expect(contentOf(outside)).toEqual({ keep: hex('1') });
  });
});

describe('saveModule', () => {
  const build = (fill: number) => ({
    params: {
      kernel: tf.variable(tf.fill([2, 2], fill)),
      u: tf.variable(tf.fill([2], fill), false),
      done: tf.variable(tf.fill([1], fill, 'bool'), false),
    },
  });

  it('gives back configuration and state, from the folder and from the one file', async () => {
    const dir = join(newFolder(), 'model');
    const config = { width: 2, coefficient: 0.97 };
    const module = build(1);
    await saveModule(dir, { config, module });
    await saveModule(dir, { config, module });
    expect(JSON.parse(readFileSync(join(dir, 'config.json'), 'utf8'))).toEqual(config);
    const alone = decodeModule(new Uint8Array(readFileSync(join(dir, 'model.safetensors'))));
    const stored = await loadModule(dir);
    expect(stored).toEqual(alone);
    expect(stored.config).toEqual(config);
    const other = build(0);
    assign(other, stored.tensors);
    expect(await snapshot(other)).toEqual(await snapshot(module));
    expect((await loadCheckpoint(dir)).manifest.config).toBe(hashConfig({ coefficient: 0.97, width: 2 }));
  });

  it('refuses a checkpoint of something else', async () => {
    const dir = join(newFolder(), 'model');
    await saveCheckpoint(dir, { 'model.safetensors': 'x' });
    expect((await rejectionOf(loadModule(dir), 'data')).message).toBe(
      `${dir}: expected config.json in the checkpoint`,
    );
    await saveCheckpoint(dir, { 'model.safetensors': 'x', 'config.json': '{}' });
    expect((await rejectionOf(loadModule(dir), 'data')).where).toBe(join(dir, 'model.safetensors'));
  });
});

describe('writeFileAtomic', () => {
  it('writes and replaces, and leaves nothing else', async () => {
    const root = newFolder();
    await writeFileAtomic(join(root, 'a'), 'ü');
    await writeFileAtomic(join(root, 'a'), Uint8Array.of(7));
    expect(contentOf(root)).toEqual({ a: '07' });
  });

  it('takes pieces as they come, and keeps the old content when one fails', async () => {
    const path = join(newFolder(), 'a');
    async function* pieces(fails: boolean): AsyncGenerator<string | Uint8Array> {
      yield 'one ';
      await Promise.resolve();
      yield Buffer.from('two');
      if (fails) throw new Error('the source');
    }
    await writeFileAtomic(path, pieces(false));
    await expect(writeFileAtomic(path, pieces(true))).rejects.toThrow('the source');
    await writeFileAtomic(join(dirname(path), 'b'), ['x', 'y']);
    expect(contentOf(dirname(path))).toEqual({ a: hex('one two'), b: hex('xy') });
    await rejectionOf(writeFileAtomic(path, 5 as never), 'argument');
  });

  it('stops at an abort, though the next piece never comes', async () => {
    const path = join(newFolder(), 'a');
    writeFileSync(path, 'old');
    const controller = new AbortController();
    async function* endless(): AsyncGenerator<string> {
      yield 'new';
      setTimeout(() => controller.abort(new Error('enough')), 20);
      await new Promise(() => undefined);
    }
    await expect(writeFileAtomic(path, endless(), { signal: controller.signal })).rejects.toThrow('enough');
    expect(contentOf(dirname(path))).toEqual({ a: hex('old') });
  });

  it('follows links and keeps them, with the permissions of the file', async () => {
    const root = newFolder();
    const outside = newFolder();
    writeFileSync(join(outside, 'real'), 'old', { mode: 0o600 });
    symlinkSync(outside, join(root, 'folder'));
    symlinkSync('folder/real', join(root, 'first'));
    symlinkSync('first', join(root, 'second'));
    symlinkSync('not there yet', join(root, 'dangling'));
    await writeFileAtomic(join(root, 'second'), 'new');
    await writeFileAtomic(join(root, 'dangling'), 'made');
    expect(contentOf(outside)).toEqual({ real: hex('new') });
    expect(statSync(join(outside, 'real')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(root, 'not there yet'), 'utf8')).toBe('made');
    for (const name of ['first', 'second', 'dangling'])
      expect(lstatSync(join(root, name)).isSymbolicLink(), name).toBe(true);
  });

  it('says what stands in the way', async () => {
    const root = newFolder();
    symlinkSync('loop', join(root, 'loop'));
    mkdirSync(join(root, 'folder'));
    writeFileSync(join(root, 'file'), '');
    const reason = async (name: string) =>
      (await rejectionOf(writeFileAtomic(join(root, name), 'x'), 'data')).message;
    expect(await reason('loop')).toMatch(/got: its links lead in a circle \(ELOOP\)$/);
    expect(await reason('folder')).toMatch(/got: it is a folder \(EISDIR\)$/);
    expect(await reason('file/a')).toMatch(/got: a part of the path is not a folder \(ENOTDIR\)$/);
    expect(await reason('none/a')).toMatch(/got: no such file or folder \(ENOENT\)$/);
    expect(readdirSync(root).sort()).toEqual(['file', 'folder', 'loop']);
  });

  it.skipIf(process.platform === 'win32')(
    'writes to a pipe and to a device, which stay what they are',
    async () => {
      const root = newFolder();
      const pipe = join(root, 'pipe');
      execFileSync('mkfifo', [pipe]);
      const reader = promisify(execFile)('cat', [pipe]);
      await writeFileAtomic(pipe, ['through ', 'the pipe']);
      expect((await reader).stdout).toBe('through the pipe');
      expect(lstatSync(pipe).isFIFO()).toBe(true);
      symlinkSync('/dev/null', join(root, 'link'));
      await writeFileAtomic(join(root, 'link'), 'x');
      expect(readdirSync(root).sort()).toEqual(['link', 'pipe']);
      expect(lstatSync(join(root, 'link')).isSymbolicLink()).toBe(true);
      expect(statSync('/dev/null').isCharacterDevice()).toBe(true);

      // No one reads: an abort does not wait for it.
      const signal = AbortSignal.timeout(20);
      await expect(writeFileAtomic(pipe, 'x', { signal })).rejects.toThrow(/timeout/);
      await promisify(execFile)('cat', [pipe]); // lets the writer go
    },
  );

  it.skipIf(process.platform !== 'linux')('appends to what the shell opened as standard output', () => {
    const log = join(newFolder(), 'log');
    const script = `import { writeFileAtomic } from '@iresnet/checkpoint/node'; await writeFileAtomic('/dev/stdout', 'new\\n');`;
    const node = `"${process.execPath}" --conditions=@iresnet/source --import tsx --input-type=module`;
    execFileSync('bash', ['-c', `echo old > '${log}'; echo "${script}" | ${node} >> '${log}'`]);
    expect(readFileSync(log, 'utf8')).toBe('old\nnew\n');
  });
});

describe('what is not a checkpoint', () => {
  const saved = async (): Promise<string> => {
    const dir = join(newFolder(), 'model');
    await saveCheckpoint(dir, { state: 'good' });
    return dir;
  };
  const messageOf = async (dir: string): Promise<string> =>
    (await rejectionOf(loadCheckpoint(dir), 'data')).message;

  it.skipIf(process.platform === 'win32')('is refused at once: pipes and devices have no end', async () => {
    for (const name of ['state', 'manifest.json']) {
      const dir = await saved();
      rmSync(join(dir, name));
      execFileSync('mkfifo', [join(dir, name)]);
      expect(await messageOf(dir)).toMatch(/got: it is a pipe or a device, not a file/);
      rmSync(join(dir, name));
      symlinkSync('/dev/zero', join(dir, name));
      expect(await messageOf(dir)).toMatch(/got: it is a pipe or a device, not a file/);
      rmSync(join(dir, name));
      symlinkSync(name, join(dir, name));
      expect(await messageOf(dir)).toMatch(/got: its links lead in a circle \(ELOOP\)/);
    }
  });

  it('is not read beyond the size that the manifest says', async () => {
    const dir = await saved();
    truncateSync(join(dir, 'state'), 2 ** 40); // a hole, which takes no room
    expect(await messageOf(dir)).toBe(`${join(dir, 'state')}: expected 4 bytes, got ${2 ** 40}`);
    truncateSync(join(dir, 'manifest.json'), 2 ** 40);
    expect(await messageOf(dir)).toBe(
      `${join(dir, 'manifest.json')}: expected at most ${2 ** 20} bytes, got ${2 ** 40}`,
    );
  });

  it('is not believed about its size', async () => {
    const dir = await saved();
    const claim = (bytes: number): void => {
      const files = { state: { bytes, sha256: '0' } };
      writeFileSync(join(dir, 'manifest.json'), manifestOf({ format: 1, library: '0', config: null, files }));
    };
    claim(2 ** 40);
    expect(await messageOf(dir)).toBe(`${dir}: expected at most ${2 ** 31} bytes, got ${2 ** 40}`);
    claim(2 ** 30);
    expect(await messageOf(dir)).toBe(`${join(dir, 'state')}: expected ${2 ** 30} bytes, got 4`);
    claim(-1);
    expect(await messageOf(dir)).toMatch(/expected bytes and sha256 of "state"$/);
  });
});
