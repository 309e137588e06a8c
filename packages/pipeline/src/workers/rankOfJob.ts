import { closeSync, read, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import { IResNetError } from '@iresnet/core';
import { ensure } from '@iresnet/core/internal';
import type { Ranks } from '@iresnet/training';

const WHERE = 'pipeline.rankOfJob';
/** Bytes of the length before each message. */
const HEADER = 4;

/** This process among those of a job that an engine started. */
export interface RankOfJob {
  /** From 0 on; rank 0 trains. */
  readonly rank: number;
  /** How rank 0 reaches the others, for `gradientRanks`. */
  readonly ranks: Ranks;
  /** Answer message after message, as the other ranks do, until rank 0 closes. */
  serve(answer: (message: unknown) => Promise<unknown>): Promise<void>;
  /** End the rounds. */
  close(): void;
}

/**
 * The rank of this process: `RANK` and `WORLD_SIZE` as launchers set them, and `RANK_PIPES`, the
 * numbers of two open files: messages come from the one and go to the other, each behind its length
 * (4 bytes, little-endian). Rank 0 writes one for each other rank and reads one of each, in their
 * order; what lies between carries them (`deploy/ranks.py`).
 *
 * @param env - The environment.
 * @throws IResNetError of kind `argument` where a variable is missing or not a number. `exchange`
 * of `ranks` rejects with one of kind `device` where the other end is lost.
 *
 * @example
 * ```ts
 * import { rankOfJob } from '@iresnet/pipeline/node';
 *
 * try {
 *   rankOfJob({ RANK: '1', WORLD_SIZE: '2' });
 * } catch (error) {
 *   console.log((error as Error).message); // pipeline.rankOfJob: expected RANK_PIPES, …
 * }
 * ```
 */
export function rankOfJob(env: Readonly<Record<string, string | undefined>> = process.env): RankOfJob {
  const [rank, size] = ['RANK', 'WORLD_SIZE'].map((name) => wholeOf(name, env[name]));
  const [from, to] = (env['RANK_PIPES'] ?? '').split(',').map((text) => wholeOf('RANK_PIPES', text));
  ensure(rank! < size!, WHERE, () => `expected RANK below WORLD_SIZE, got ${rank} of ${size}`);
  ensure(to !== undefined, WHERE, () => `expected RANK_PIPES as in,out, got '${env['RANK_PIPES']}'`);
  const lost = (cause: unknown): IResNetError =>
    new IResNetError(
      'device',
      WHERE,
      'expected the other ranks to go on, got the end of their messages',
      {},
      { cause },
    );
  /** The next message; null at the end of all. */
  const next = async (): Promise<{ readonly message: unknown } | null> => {
    const header = await bytes(from!, HEADER);
    const body = header && (await bytes(from!, header.readUInt32LE()));
    return body && { message: deserialize(body) };
  };
  const send = (message: unknown): void => {
    const body = serialize(message);
    const header = Buffer.alloc(HEADER);
    header.writeUInt32LE(body.length);
    for (const part of [header, body]) for (let at = 0; at < part.length;) at += writeSync(to!, part, at);
  };
  const count = size! - 1;
  return {
    rank: rank!,
    ranks: {
      count,
      async exchange(messages) {
        const answers: unknown[] = [];
        try {
          messages.forEach(send);
          for (let found = await next(); found !== null; found = await next()) {
            answers.push(found.message);
            if (answers.length === count) return answers;
          }
        } catch (error) {
          throw lost(error);
        }
        throw lost(undefined);
      },
    },
    async serve(answer) {
      for (let found = await next(); found !== null; found = await next()) send(await answer(found.message));
    },
    close() {
      closeSync(to!);
    },
  };
}

function wholeOf(name: string, text: string | undefined): number {
  const value = Number(text || NaN);
  ensure(
    Number.isInteger(value) && value >= 0,
    WHERE,
    () => `expected ${name}, which deploy/ranks.py sets, as a whole number, got '${text ?? ''}'`,
  );
  return value;
}

const readSome = promisify(read);

/** So many bytes of a file that is open; null at its end. */
async function bytes(file: number, length: number): Promise<Buffer | null> {
  const buffer = Buffer.alloc(length);
  for (let at = 0; at < length;) {
    const { bytesRead } = await readSome(file, buffer, at, length - at, null);
    if (bytesRead === 0) return null;
    at += bytesRead;
  }
  return buffer;
}
