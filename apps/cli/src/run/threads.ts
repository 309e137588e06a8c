import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { getBackend } from '@tensorflow/tfjs-core';
import type { BackendName } from '@iresnet/backend';
import { IResNetError } from '@iresnet/core';
import { scorePool, type ScorePool } from '@iresnet/pipeline/node';
import { gradientPool, type GradientPool } from '@iresnet/training';
import type { Opened } from './dispatch';
import type { ThreadData } from './thread';

/** What `--workers` says. */
export type Workers = number | 'auto';

/** Threads that score with a model, as many as a flag says; null where this one does. */
export function scoreThreads({ path, pipeline }: Opened, workers: Workers = 1): ScorePool | null {
  const count = threadCount('iresnet score', workers);
  if (count === 1) return null;
  return scorePool(start(count, { path, calibration: pipeline.calibration }));
}

/** Threads that train with this one. */
export interface TrainThreads {
  readonly pool: GradientPool;
  close(): Promise<void>;
}

/** Threads that take micro-batches from this one; null where it takes all. */
export function trainThreads(workers: Workers, microBatches: number): TrainThreads | null {
  const count = Math.min(threadCount('iresnet train', workers), microBatches);
  if (count === 1) return null;
  const threads = start(count - 1);
  return {
    pool: gradientPool(threads),
    async close() {
      await Promise.all(threads.map((thread) => thread.terminate()));
    },
  };
}

function threadCount(where: string, workers: Workers): number {
  const native = getBackend() === 'tensorflow';
  if (workers === 'auto') return native ? 1 : availableParallelism();
  if (!native || workers === 1) return workers;
  const what = `expected --workers 1 with the native backend, which uses all cores by itself, got ${workers}`;
  throw new IResNetError('argument', where, what);
}

function start(count: number, model?: ThreadData['model']): Worker[] {
  const workerData: ThreadData = { backend: getBackend() as BackendName, ...(model && { model }) };
  return Array.from({ length: count }, () => startOne(workerData));
}

function startOne(workerData: ThreadData): Worker {
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(new URL('./thread.js', import.meta.url), { workerData });
  // Run from its sources: Node 20 gives a thread no loader of TypeScript.
  const program = new URL('./thread.ts', import.meta.url).href;
  const code = `import('${import.meta.resolve('tsx/esm/api')}').then((tsx) => (tsx.register(), import('${program}')))`;
  return new Worker(code, { eval: true, workerData, execArgv: ['--conditions=@iresnet/source'] });
}
