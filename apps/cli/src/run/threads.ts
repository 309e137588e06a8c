import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { getBackend } from '@tensorflow/tfjs-core';
import type { BackendName } from '@iresnet/backend';
import { IResNetError } from '@iresnet/core';
import { reconstruct, sample, scorePieces, serveTrainingRank } from '@iresnet/pipeline';
import { pipelinePool, rankOfJob, type PipelinePool } from '@iresnet/pipeline/node';
import { gradientPool, gradientRanks, type GradientPool } from '@iresnet/training';
import type { TrainWorkers, Workers } from '../commands/flags';
import { startBackend } from './backend';
import type { Opened } from './dispatch';
import type { ThreadData } from './thread';

/**
 * The functions that use a model, on as many threads as a flag says; on this one where that is one.
 */
export function threadsOf(where: string, { path, pipeline }: Opened, workers: Workers = 1): PipelinePool {
  const count = threadCount(where, workers);
  if (count > 1) return pipelinePool(pipeline, start(count, { path, calibration: pipeline.calibration }));
  return {
    scorePieces: (pieces, options) => scorePieces(pipeline, pieces, options),
    sample: (n, options) => sample(pipeline, n, options),
    reconstruct: (data, options) => reconstruct(pipeline, data, options),
    close: () => Promise.resolve(),
  };
}

/** Threads that train with this one. */
export interface TrainThreads {
  readonly pool: GradientPool;
  close(): Promise<void>;
}

/** What takes micro-batches from this thread, threads or ranks; null where it takes all. */
export function trainThreads(workers: TrainWorkers, microBatches: number): TrainThreads | null {
  if (workers === 'ranks') {
    const { ranks, close } = rankOfJob();
    return { pool: gradientRanks(ranks), close: () => Promise.resolve(close()) };
  }
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

/** As a rank of a job that does not train, compute gradients for the one that does. */
export async function serveRanks(backend: BackendName): Promise<number> {
  await startBackend(backend);
  await rankOfJob().serve(serveTrainingRank());
  return 0;
}

/** Refuse threads where a command has no work for them. */
export function refuseWorkers(workers: Workers | undefined, what: string): void {
  if (workers !== undefined) throw new IResNetError('argument', 'iresnet eval', what);
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
