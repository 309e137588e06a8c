import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { IResNetError } from '@iresnet/core';
import { checkOptions, ensure } from '@iresnet/core/internal';
import { codeOf, lock, SILENCE, unlessMissing } from '@iresnet/core/node';
import type { DownloadOptions } from './downloadOptions';
import { attempt } from './failure';
import { dataOf, transfer } from './transfer';

/**
 * Download `url` to the path `file`, unless a file with the right hash exists already. The file
 * appears whole or not at all.
 *
 * After a cut connection it goes on from the last byte (Range with If-Range). It gives up after
 * five attempts in a row without a byte. Bytes received before a failure, an abort or a crash are
 * kept in `file.incomplete` and used next time if the server still has the same version. The bytes
 * on the disk are hashed before the file gets its name; with a wrong hash they are removed and
 * fetched once more. A redirection from https to http is refused. Processes that want the same file
 * wait for the one that fetches it (`file.lock`). When that process dies, the next goes on with its
 * part.
 *
 * @param url - http or https.
 * @param file - The path; its folder is made.
 * @throws IResNetError (data) that names the URL or path: an HTTP error, no connection, another
 * size or hash than expected (with both hashes), a folder that cannot be written. Kind argument for
 * another URL or hash. The reason of `signal` when it aborts.
 *
 * @example
 * ```ts
 * import { createServer } from 'node:http';
 * import { mkdtempSync, readFileSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { download } from '@iresnet/datasets/node';
 *
 * const server = createServer((_, response) => response.end('hello')).listen(0, '127.0.0.1');
 * await new Promise((ready) => server.once('listening', ready));
 * const { port } = server.address() as { port: number };
 *
 * const file = join(mkdtempSync(join(tmpdir(), 'iresnet-')), 'hello.txt');
 * await download(`http://127.0.0.1:${port}/hello.txt`, file, {
 *   sha256: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
 *   onProgress: ({ loaded, total }) => console.log(`${loaded} of ${total} bytes`),
 * });
 * console.log(readFileSync(file, 'utf8')); // hello
 * server.close();
 * ```
 */
export async function download(url: string, file: string, options: DownloadOptions = {}): Promise<void> {
  checkOptions('datasets.download', options, {
    sha256: true,
    bytes: true,
    onProgress: true,
    signal: true,
    fetch: true,
  });
  const { sha256, signal } = options;
  ensure(
    URL.canParse(url) && /^https?:$/.test(new URL(url).protocol),
    'datasets.download',
    () => `expected an http or https URL, got '${url}'`,
  );
  ensure(
    sha256 === undefined || /^[0-9a-f]{64}$/i.test(sha256),
    'datasets.download',
    () => `expected a SHA-256 of 64 hexadecimal digits, got '${sha256}'`,
  );
  const path = resolve(file);
  const there = await isThere(path, options);
  // A process that died after the file was whole left its lock, which is removed where that is
  // possible.
  if (there && !(await unlessMissing(stat(`${path}.lock`)))) return;

  await attempt('make', dirname(path), () => mkdir(dirname(path), { recursive: true }));
  const held = await attempt('write', path, () =>
    lock(`${path}.lock`, { onDead: (id) => leave(path, id), ...(signal && { signal }) }),
  ).catch((error: unknown) => {
    signal?.throwIfAborted();
    if (!there) throw error;
  });
  if (!held) return;
  const work = `${path}.${held.id}.part`;
  try {
    if (await isThere(path, options)) {
      // A process that died when the file was whole has left what stood beside it.
      await rm(`${path}.incomplete`, { recursive: true, force: true });
      return;
    }
    await begin(path, work);
    await fetchVerified(url, path, work, options);
  } catch (error) {
    await end(path, work, error);
    throw error;
  } finally {
    await held.release();
  }
}

/** Whether the file exists with the right size and hash. Otherwise it will be replaced. */
async function isThere(path: string, { sha256, bytes }: DownloadOptions): Promise<boolean> {
  const entry = await attempt('read', path, () => unlessMissing(stat(path)));
  if (!entry) return false;
  if (!entry.isFile()) throw new IResNetError('data', path, 'expected a file, got a folder');
  if (bytes !== undefined && entry.size !== bytes) return false;
  return sha256 === undefined || (await hashOf(path)) === sha256.toLowerCase();
}

/** Leave the part of a process that died to the next one. */
async function leave(path: string, id: string): Promise<void> {
  const part = `${path}.${id}.part`;
  if (!(await unlessMissing(stat(part)))) return;
  await rm(`${path}.incomplete`, { recursive: true, force: true });
  await rename(part, `${path}.incomplete`);
}

/**
 * The folder `work`, with the part of an earlier attempt if there is one. Only one process gets
 * that part, because a rename is one step. Parts that nobody has touched for long go: their owners
 * died on another machine, or lost the lock.
 */
async function begin(path: string, work: string): Promise<void> {
  const found = await attempt('list', dirname(path), () => readdir(dirname(path)));
  const isPart = (name: string) =>
    name.startsWith(`${basename(path)}.`) && /^\.[0-9a-f]{12}\.part$/.test(name.slice(basename(path).length));
  for (const part of found.filter(isPart).map((name) => join(dirname(path), name))) {
    const touched = await unlessMissing(stat(dataOf(part)).catch(() => stat(part)));
    if (touched && Date.now() - touched.mtimeMs > SILENCE) await rm(part, { recursive: true, force: true });
  }
  await rename(`${path}.incomplete`, work).catch(() => undefined); // none there
  await attempt('make', work, () => mkdir(work, { recursive: true }));
}

async function fetchVerified(url: string, path: string, work: string, options: DownloadOptions) {
  const expected = options.sha256?.toLowerCase();
  let got: string | undefined;
  for (let tried = 0; tried < 2; tried++) {
    await transfer(url, work, options);
    got = expected && (await hashOf(dataOf(work)));
    if (got === expected) {
      await attempt('write', path, () => rename(dataOf(work), path));
      await rm(work, { recursive: true, force: true });
      return;
    }
    await rm(dataOf(work), { force: true });
  }
  throw new IResNetError('data', path, `expected sha256 ${expected}, got ${got} from ${url}`, {
    url,
    expected,
    got,
  });
}

/** After a failure: a part that is useful becomes `.incomplete`, the rest is removed. */
async function end(path: string, work: string, error: unknown): Promise<void> {
  const isFull = error instanceof IResNetError && codeOf(error.context) !== undefined; // the disk failed, not the server
  const part = await stat(dataOf(work)).catch(() => undefined);
  if (part && part.size > 0 && !isFull) {
    await rm(`${path}.incomplete`, { recursive: true, force: true }).catch(() => undefined);
    await rename(work, `${path}.incomplete`).catch(() => undefined);
  }
  await rm(work, { recursive: true, force: true }).catch(() => undefined);
}

async function hashOf(path: string): Promise<string> {
  return attempt('read', path, async () => {
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
    return hash.digest('hex');
  });
}
