import type { Worker } from 'node:worker_threads';
import { IResNetError } from '@iresnet/core';
import { ensure } from '@iresnet/core/internal';
import type { Table } from '@iresnet/datasets';
import { PIECE } from '../judging';
import type { ScoreOptions, Scores } from '../score';
import { chunks } from '../scorePieces';
import type { ScoreAnswer, ScoreTask } from './serveScores';

/** Rows that go to a worker at a time. */
const CHUNK = 8 * PIECE.table;
/** Pieces that a worker has at a time: the one it works on, and the next. */
const AHEAD = 2;

/** Threads that score rows. */
export interface ScorePool {
  /**
   * `scorePieces` of the package: the same scores in the same order, in shorter runs. Memory is that
   * of two runs a thread.
   */
  scorePieces(
    pieces: Iterable<Table> | AsyncIterable<Table>,
    options?: Omit<ScoreOptions, 'onProgress'>,
  ): AsyncGenerator<{ readonly first: number; readonly table: Table; readonly scores: Scores }>;
  /** End the threads. */
  close(): Promise<void>;
}

interface Waiting {
  resolve(scores: Scores): void;
  reject(error: unknown): void;
}

/**
 * Score rows on several threads. Each has a backend and the model of its own, and rows go to them in
 * pieces of 8,192.
 *
 * A score is a function of model and row, so the bits are those of one thread, however many there
 * are; on the native backend, which uses all cores by itself, the last digits may differ. `n` threads
 * take some n times the memory of one, about 100 MB each, and the time of one by n.
 *
 * @param workers - Threads whose program ends in {@link serveScores}: `new Worker(file)`. They end
 * with {@link ScorePool.close}.
 * @throws IResNetError of kind `argument` for no workers. `scorePieces` throws what `score` throws
 * of a piece; and an error of kind `device` when a thread ends early, for want of memory, say.
 *
 * @example
 * ```ts
 * import { Worker } from 'node:worker_threads';
 * import { scorePool } from '@iresnet/pipeline/node';
 *
 * // The program of a thread, in a file of its own:
 * //   await useBackend('wasm'); // @iresnet/backend
 * //   serveScores(parentPort, await openModel(workerData));
 * const file = "require('node:worker_threads').parentPort.once('message', () => process.exit(3))";
 * const pool = scorePool([new Worker(file, { eval: true })]);
 * try {
 *   const pieces = [{ columns: ['a'], rows: 1, values: Float64Array.of(0.5) }];
 *   for await (const { first, scores } of pool.scorePieces(pieces)) console.log(first, scores.logProb);
 * } catch (error) {
 *   console.log(String(error)); // this program scores nothing: it ends with 3
 * } finally {
 *   await pool.close();
 * }
 * ```
 */
export function scorePool(workers: readonly Worker[]): ScorePool {
  ensure(workers.length > 0, 'pipeline.scorePool', () => 'expected at least one worker, got none');
  const waiting = new Map<number, Waiting>();
  const busy = workers.map(() => 0);
  let lost: unknown;
  let closed = false;
  let asked = 0;
  const lose = (what: string, cause?: unknown): void => {
    if (closed) return;
    lost ??= new IResNetError('device', 'pipeline.scorePool', what, {}, { cause });
    for (const { reject } of waiting.values()) reject(lost);
    waiting.clear();
  };
  for (const [i, worker] of workers.entries()) {
    const name = `expected worker ${i + 1} of ${workers.length} to score`;
    worker.on('message', (answer: ScoreAnswer) => {
      const { resolve, reject } = waiting.get(answer.id)!;
      waiting.delete(answer.id);
      busy[i]!--;
      if ('scores' in answer) resolve(answer.scores);
      else if ('error' in answer) reject(answer.error);
      else reject(new IResNetError(answer.failure.kind, answer.failure.where, answer.failure.what));
    });
    worker.on('error', (error: Error) => lose(`${name}, got: ${error.message}`, error));
    worker.on('exit', (code) => lose(`${name}, got: it ended with ${code}`));
  }
  const ask = (table: Table, options: ScoreTask['options']): Promise<Scores> =>
    new Promise((resolve, reject) => {
      if (lost !== undefined) return reject(lost as Error);
      const i = busy.indexOf(Math.min(...busy));
      const id = asked++;
      waiting.set(id, { resolve, reject });
      busy[i]!++;
      // A copy of these rows alone: a part of a longer array would be sent with all of it.
      const { kept: _, ...sent } = table;
      const values = table.values.slice();
      const task: ScoreTask = { id, table: { ...sent, values }, options };
      workers[i]!.postMessage(task, [values.buffer]);
    });
  return {
    async *scorePieces(pieces, options = {}) {
      const pending: { readonly table: Table; readonly answer: Promise<Scores> }[] = [];
      let first = 0;
      const next = async () => {
        const { table, answer } = pending.shift()!;
        const scores = await answer;
        first += scores.count;
        return { first: first - scores.count, table, scores };
      };
      let failure: { readonly error: unknown } | undefined;
      try {
        for await (const table of chunks(pieces, CHUNK)) {
          const answer = ask(table, options);
          answer.catch(() => undefined); // It is told when its turn comes.
          pending.push({ table, answer });
          while (pending.length >= AHEAD * workers.length) yield await next();
        }
      } catch (error) {
        failure = { error };
      }
      // The rows before a bad one are scored all the same.
      while (pending.length > 0) yield await next();
      if (failure) throw failure.error;
    },
    async close() {
      closed = true;
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
