import type { FileHandle } from 'node:fs/promises';
import { Readable, pipeline } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import { IResNetError } from '@iresnet/core';
import { codeOf } from '@iresnet/core/node';
import { limits } from '../limits';
import { attempt } from './failure';
import { isGzip } from './gunzip';
import { openData } from './openData';

/** Bytes read at a time. */
const CHUNK = 2 ** 18;
/** Bytes that are unpacked at a time. */
const PART = 2 ** 14;
/** Milliseconds between two looks at a pipe that has nothing. */
const PAUSE = 5;

/**
 * The bytes of a file in order, decompressed when its first bytes are those of gzip. The memory is
 * constant. Pipes can be read too.
 */
export async function* byteChunks(file: string): AsyncGenerator<Uint8Array> {
  const chunks = readChunks(file);
  try {
    const first = await chunks.next();
    if (first.done) return;
    const all = startingWith(first.value, chunks);
    yield* isGzip(first.value) ? inflated(all, file) : all;
  } finally {
    await chunks.return(undefined);
  }
}

async function* readChunks(file: string): AsyncGenerator<Uint8Array, void, undefined> {
  const { handle, size } = await openData(file, { pipes: true });
  const pipe = size === undefined;
  let written = !pipe;
  const start = performance.now();
  try {
    for (;;) {
      const buffer = Buffer.allocUnsafeSlow(CHUNK);
      const bytesRead = await attempt('read', file, () => readSome(handle, buffer));
      written ||= bytesRead !== 0;
      if (bytesRead > 0) yield buffer.subarray(0, bytesRead);
      else if (written && bytesRead === 0) return;
      else if (!written && performance.now() - start > 1000 * limits.pipeSeconds) {
        const what = `expected somebody to write to the pipe, got nobody in ${limits.pipeSeconds} s`;
        throw new IResNetError('data', file, what);
      } else await setTimeout(PAUSE);
    }
  } finally {
    await handle.close();
  }
}

/** Bytes read: 0 at the end, or where nobody writes to a pipe; −1 where a pipe has none yet. */
async function readSome(handle: FileHandle, buffer: Buffer): Promise<number> {
  try {
    return (await handle.read(buffer, 0, buffer.length, null)).bytesRead;
  } catch (error) {
    if (codeOf(error) === 'EAGAIN') return -1;
    throw error;
  }
}

async function* startingWith(
  first: Uint8Array,
  rest: AsyncGenerator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield first;
  yield* rest;
}

async function* inflated(chunks: AsyncGenerator<Uint8Array>, file: string): AsyncGenerator<Uint8Array> {
  const inflate = createGunzip({ chunkSize: CHUNK });
  let taken = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      // In small parts, so that what is taken is what has been unpacked, or nearly.
      for (let at = 0; at < chunk.length; at += PART) {
        const part = chunk.subarray(at, at + PART);
        taken += part.length;
        yield part;
      }
    }
  }
  // A failure of the source ends `inflate` with the same error.
  pipeline(Readable.from(counted(), { objectMode: false }), inflate, () => undefined);
  let given = 0;
  let held: Uint8Array[] | undefined = [];
  try {
    for await (const chunk of inflate as AsyncIterable<Uint8Array>) {
      given += chunk.length;
      checkGrowth(given, taken, file);
      // Nothing is worked on before it is known that the content does not grow without end.
      held?.push(chunk);
      if (held && given <= limits.inflatedBytes) continue;
      if (held) yield* held;
      else yield chunk;
      held = undefined;
    }
    if (held) yield* held;
  } catch (error) {
    if (error instanceof IResNetError) throw error;
    const code = codeOf(error);
    const cut = code === 'Z_BUF_ERROR';
    const what = `${cut ? `byte ${taken}: ` : ''}expected a gzip file, got: it is ${cut ? 'cut off' : 'damaged'} (${code}, ${(error as Error).message})`;
    throw new IResNetError('data', file, what, { code }, { cause: error });
  }
}

function checkGrowth(content: number, bytes: number, file: string): void {
  if (content <= limits.inflatedBytes || content <= limits.inflatedRatio * bytes) return;
  const what = `expected at most ${limits.inflatedRatio} bytes inside the gzip file for each of its own, got ${content} for ${bytes}; unpack it if it can be trusted`;
  throw new IResNetError('data', file, what);
}
