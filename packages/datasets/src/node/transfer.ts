import { open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { IResNetError } from '@iresnet/core';
import { unlessMissing } from '@iresnet/core/node';
import type { DownloadOptions } from './downloadOptions';
import { attempt } from './failure';
import { request } from './request';

/** The transfer gives up after so many attempts in a row without a byte. */
const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 100;

/** A failure that may not occur next time. */
class Interruption extends Error {}

/** The file in the folder of a transfer. */
export function dataOf(work: string): string {
  return join(work, 'data');
}

/**
 * Fill `work/data` with the content of `url`. It goes on where an earlier transfer stopped if the
 * server still has the same file.
 *
 * `work/validator` keeps the URL and the ETag or date of its content. A part without it is not
 * trusted.
 *
 * @throws IResNetError (data), naming the URL, for an answer that will not change, or after
 * ATTEMPTS.
 */
export async function transfer(url: string, work: string, options: DownloadOptions): Promise<void> {
  let failures = 0;
  for (;;) {
    const before = await sizeOf(dataOf(work));
    try {
      return await pull(url, work, before, options);
    } catch (error) {
      options.signal?.throwIfAborted();
      // `fetch` throws a TypeError for every failure of a connection. All other errors are final.
      if (!(error instanceof Interruption || error instanceof TypeError)) throw error;
      const after = await sizeOf(dataOf(work));
      failures = after > before ? 1 : failures + 1;
      if (failures >= ATTEMPTS) throw givenUp(url, after, error);
      const pause = FIRST_PAUSE_MS * 2 ** (failures - 1);
      await sleep(pause, undefined, options.signal && { signal: options.signal }).catch(() => undefined);
      options.signal?.throwIfAborted();
    }
  }
}

/** One request and its body. */
async function pull(url: string, work: string, have: number, options: DownloadOptions): Promise<void> {
  const { fetch: fetcher = fetch, signal, onProgress, bytes } = options;
  const validator = have > 0 ? await storedValidator(work, url) : undefined;
  const headers: Record<string, string> = { 'accept-encoding': 'identity' };
  if (validator) Object.assign(headers, { range: `bytes=${have}-`, 'if-range': validator });
  const response = await request(url, headers, fetcher, signal);
  const plan = planOf(response, have, validator, url);
  if (plan instanceof Error) {
    await response.body?.cancel();
    if (response.status === 206 || response.status === 416) await discard(work);
    throw plan;
  }
  const { start, total } = plan;
  if (bytes !== undefined && total !== undefined && total !== bytes) {
    await response.body?.cancel();
    await discard(work); // a part of another version
    throw new IResNetError('data', url, `expected ${bytes} bytes, the server has ${total}`);
  }

  if (start === 0) {
    await discard(work);
    await attempt('write', work, () =>
      writeFile(join(work, 'validator'), `${url}\n${validatorOf(response)}`),
    );
  }
  const path = dataOf(work);
  const file = await attempt('write', path, () => open(path, start === 0 ? 'w' : 'a'));
  let loaded = start;
  const whole = total ?? bytes;
  try {
    for await (const chunk of (response.body ?? []) as unknown as AsyncIterable<Uint8Array>) {
      await attempt('write', path, () => file.writeFile(chunk));
      loaded += chunk.length;
      if (whole !== undefined && loaded > whole) {
        await discard(work);
        throw new IResNetError('data', url, `expected ${whole} bytes, got more`);
      }
      onProgress?.({ url, loaded, total: whole });
    }
    await attempt('write', path, () => file.sync());
  } finally {
    await file.close();
  }
  if (whole !== undefined && loaded < whole)
    throw new Interruption(`the body ended after ${loaded} of ${whole} bytes`);
}

/**
 * The place in the file of the body of an answer, and the length of the file; or why the answer is
 * not useful.
 */
function planOf(
  response: Response,
  have: number,
  validator: string | undefined,
  url: string,
): { start: number; total: number | undefined } | Error {
  const { status, headers } = response;
  if (status === 200) {
    const length = headers.get('content-length');
    // The length is that of the encoded body, which `fetch` has decoded.
    const isPlain = !headers.has('content-encoding');
    return { start: 0, total: isPlain && length !== null ? Number(length) : undefined };
  }
  if (status === 206) {
    const [, start, total] = /^bytes (\d+)-\d+\/(\d+)$/.exec(headers.get('content-range') ?? '') ?? [];
    const isSame = [null, validator].includes(headers.get('etag')) || !validator?.startsWith('"');
    if (validator && Number(start) === have && isSame) return { start: have, total: Number(total) };
    return new Interruption('the server sent another part than was asked for');
  }
  if (status === 416) return new Interruption('the server has no such part (HTTP 416)');
  if (status === 408 || status === 429 || status >= 500) return new Interruption(`HTTP ${status}`);
  return new IResNetError('data', url, `expected HTTP 200, got ${status} ${response.statusText}`.trimEnd());
}

/**
 * A validator for If-Range: a strong ETag, or else the date of the last change. Empty when the
 * server sends neither.
 */
function validatorOf({ headers }: Response): string {
  const etag = headers.get('etag');
  if (headers.has('content-encoding')) return ''; // a part of it would be a part of other bytes
  return etag?.startsWith('"') ? etag : (headers.get('last-modified') ?? '');
}

async function storedValidator(work: string, url: string): Promise<string | undefined> {
  const text = (await unlessMissing(readFile(join(work, 'validator'), 'utf8'))) ?? '';
  const [storedUrl, validator] = text.split('\n');
  // A crash of the machine can leave anything in a file, and a header is printable.
  return storedUrl === url && /^[\x20-\x7e]+$/.test(validator ?? '') ? validator : undefined;
}

async function discard(work: string): Promise<void> {
  await rm(dataOf(work), { force: true });
}

/** Bytes of a file, 0 when there is none. */
async function sizeOf(path: string): Promise<number> {
  return (await unlessMissing(stat(path)))?.size ?? 0;
}

function givenUp(url: string, size: number, error: Error): IResNetError {
  const reason = error.cause instanceof Error ? `${error.message}, ${error.cause.message}` : error.message;
  const what = `expected a file, got none in ${ATTEMPTS} attempts (${size} bytes are there): ${reason}`;
  return new IResNetError('data', url, what, { url }, { cause: error });
}
