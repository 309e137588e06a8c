import type { Worker } from 'node:worker_threads';
import { IResNetError } from '@iresnet/core';
import { ensure } from '@iresnet/core/internal';
import type { Table } from '@iresnet/datasets';
import { PIECE } from '../judging';
import type { Pipeline } from '../pipeline';
import { INVERTED, reconstruct, type Reconstructed } from '../reconstruct';
import { DRAWN, sample, type SampleOptions } from '../sample';
import type { ScoreOptions, Scores } from '../score';
import { chunks, type ScoredPiece } from '../scorePieces';
import type { Drawn } from '../toData';
import type { Data } from '../data';
import { countOf, joinedDraws, joinedInverses, rangeOf } from './joined';
import type { PoolAnswer, PoolTask, PoolWork } from './servePipeline';

/** Rows that go to a worker at a time. */
const CHUNK = 8 * PIECE.table;
/** Pieces that a worker has at a time: the one it works on, and the next. */
const AHEAD = 2;

/** Threads that use a model, each function with the bits of the one of the package. */
export interface PipelinePool {
  /**
   * `scorePieces` of the package: the same scores in the same order, in shorter runs. Memory is
   * that of two runs a thread.
   */
  scorePieces(
    pieces: Iterable<Table> | AsyncIterable<Table>,
    options?: Omit<ScoreOptions, 'onProgress'>,
  ): AsyncGenerator<ScoredPiece & { readonly table: Table }>;
  /** `sample` of the package: the same draws. */
  sample(n: number, options?: Omit<SampleOptions, 'rng'>): Promise<Drawn>;
  /** `reconstruct` of the package: the same values and errors. */
  reconstruct(data: Data, options?: { readonly onProgress?: (done: number) => void }): Promise<Reconstructed>;
  /** End the threads. */
  close(): Promise<void>;
}

interface Waiting {
  resolve(result: object): void;
  reject(error: unknown): void;
}

/**
 * Score, draw and invert on several threads. Each has a backend and the model of its own, and gets
 * the pieces in which the functions of the package work.
 *
 * A score is a function of model and row, and draws and inverses are computed by the same pieces,
 * so the bits are those of one thread, however many there are; on the native backend, which uses
 * all cores by itself, the last digits may differ. `n` threads take some n times the memory of one,
 * about 100 MB each, and the time of one by n.
 *
 * @param pipeline - The model, as it is here.
 * @param workers - Threads whose program ends in {@link servePipeline}: `new Worker(file)`. They
 * end with {@link PipelinePool.close}.
 * @throws IResNetError of kind `argument` for no workers. The functions throw what those of the
 * package throw, and an error of kind `device` when a thread ends early, for want of memory, say.
 *
 * @example
 * ```ts
 * import { Worker } from 'node:worker_threads';
 * import { faithful } from '@iresnet/datasets';
 * import { defaultRecipe, tableSource, train } from '@iresnet/pipeline';
 * import { pipelinePool } from '@iresnet/pipeline/node';
 *
 * const recipe = { ...defaultRecipe('table'), steps: 2 };
 * const { pipeline } = await train(tableSource('faithful', faithful(), recipe), recipe);
 * // The program of a thread, in a file of its own:
 * //   await useBackend('wasm'); // @iresnet/backend
 * //   servePipeline(parentPort, await openModel(workerData));
 * const file = "require('node:worker_threads').parentPort.once('message', () => process.exit(3))";
 * const pool = pipelinePool(pipeline, [new Worker(file, { eval: true })]);
 * try {
 *   for await (const { first, scores } of pool.scorePieces([faithful()])) console.log(first, scores.logProb);
 * } catch (error) {
 *   console.log(String(error)); // this program scores nothing: it ends with 3
 * } finally {
 *   await pool.close();
 * }
 * ```
 */
export function pipelinePool(pipeline: Pipeline, workers: readonly Worker[]): PipelinePool {
  ensure(workers.length > 0, 'pipeline.pipelinePool', () => 'expected at least one worker, got none');
  const waiting = new Map<number, Waiting>();
  const busy = workers.map(() => 0);
  let lost: unknown;
  let closed = false;
  let asked = 0;
  const lose = (what: string, cause?: unknown): void => {
    if (closed) return;
    lost ??= new IResNetError('device', 'pipeline.pipelinePool', what, {}, { cause });
    for (const { reject } of waiting.values()) reject(lost);
    waiting.clear();
  };
  for (const [i, worker] of workers.entries()) {
    const name = `expected worker ${i + 1} of ${workers.length} to go on`;
    worker.on('message', (answer: PoolAnswer) => {
      const found = waiting.get(answer.id);
      // An answer that comes after a worker was lost: all were told already.
      if (!found) return;
      const { resolve, reject } = found;
      waiting.delete(answer.id);
      busy[i]!--;
      if ('result' in answer) resolve(answer.result);
      else if ('error' in answer) reject(answer.error);
      else reject(new IResNetError(answer.failure.kind, answer.failure.where, answer.failure.what));
    });
    worker.on('error', (error: Error) => lose(`${name}, got: ${error.message}`, error));
    worker.on('exit', (code) => lose(`${name}, got: it ended with ${code}`));
  }
  const ask = <K extends keyof PoolWork>(
    name: K,
    ...given: Parameters<PoolWork[K]>
  ): ReturnType<PoolWork[K]> => {
    const answer = new Promise((resolve, reject) => {
      if (lost !== undefined) return reject(lost as Error);
      const i = busy.indexOf(Math.min(...busy));
      const id = asked++;
      waiting.set(id, { resolve, reject });
      busy[i]!++;
      workers[i]!.postMessage({ id, name, given } satisfies PoolTask);
    });
    answer.catch(() => undefined); // It is told when its turn comes.
    return answer as ReturnType<PoolWork[K]>;
  };
  const { kind } = pipeline.input;
  /** The results of all pieces, in order. */
  const gathered = async <T>(
    count: number,
    size: number,
    compute: (from: number, to: number) => Promise<T>,
    onProgress?: (done: number) => void,
  ): Promise<T[]> => {
    const results: T[] = [];
    const pending: { readonly answer: Promise<T>; readonly to: number }[] = [];
    const next = async (): Promise<void> => {
      const { answer, to } = pending.shift()!;
      results.push(await answer);
      onProgress?.(to);
    };
    for (let from = 0; from < count; from += size) {
      const to = Math.min(count, from + size);
      pending.push({ answer: compute(from, to), to });
      while (pending.length >= AHEAD * workers.length) await next();
    }
    while (pending.length > 0) await next();
    return results;
  };
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
          const answer = ask('score', rangeOf(table, 0, table.rows), options);
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
    async sample(n, options = {}) {
      const { onProgress, first = 0, given, ...rest } = options;
      // What is wrong with the arguments is said here.
      if (!(n > 0)) return sample(pipeline, n, options);
      const piece = (from: number, to: number) =>
        ask('sample', to - from, {
          ...rest,
          first: first + from,
          // One row for all draws, or a row for each.
          ...(given && { given: given.rows === n ? (rangeOf(given, from, to) as Table) : given }),
        });
      return joinedDraws(await gathered(n, DRAWN[kind], piece, onProgress));
    },
    async reconstruct(data, options = {}) {
      const count = countOf(data);
      if (!(count > 0)) return reconstruct(pipeline, data, options);
      const piece = (from: number, to: number) => ask('reconstruct', rangeOf(data, from, to));
      return joinedInverses(await gathered(count, INVERTED[kind], piece, options.onProgress));
    },
    async close() {
      closed = true;
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
