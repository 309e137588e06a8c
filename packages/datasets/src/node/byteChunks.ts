import { open } from 'node:fs/promises';
import { Readable, pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { IResNetError } from '@iresnet/core';
import { attempt, codeOf } from './failure';
import { isGzip } from './gunzip';

/** Bytes read at a time. */
const CHUNK = 2 ** 18;

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
  const handle = await attempt('open', file, () => open(file));
  try {
    for (;;) {
      const buffer = Buffer.allocUnsafeSlow(CHUNK);
      const { bytesRead } = await attempt('read', file, () => handle.read(buffer, 0, CHUNK, null));
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
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
      taken += chunk.length;
      yield chunk;
    }
  }
  // A failure of the source ends `inflate` with the same error.
  pipeline(Readable.from(counted(), { objectMode: false }), inflate, () => undefined);
  try {
    yield* inflate as AsyncIterable<Uint8Array>;
  } catch (error) {
    if (error instanceof IResNetError) throw error;
    const code = codeOf(error);
    const cut = code === 'Z_BUF_ERROR';
    const what = `${cut ? `byte ${taken}: ` : ''}expected a gzip file, got: it is ${cut ? 'cut off' : 'damaged'} (${code}, ${(error as Error).message})`;
    throw new IResNetError('data', file, what, { code }, { cause: error });
  }
}
