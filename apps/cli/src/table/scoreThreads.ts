import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { getBackend } from '@tensorflow/tfjs-core';
import type { BackendName } from '@iresnet/backend';
import { IResNetError } from '@iresnet/core';
import { scorePool, type ScorePool } from '@iresnet/pipeline/node';
import type { Opened } from '../run/dispatch';
import type { ThreadData } from './scoreThread';

/** Threads that score with a model, as many as a flag says; null where this one does. */
export function scoreThreads({ path, pipeline }: Opened, workers: number | 'auto' = 1): ScorePool | null {
  const backend = getBackend() as BackendName;
  const count = workers === 'auto' ? (backend === 'tensorflow' ? 1 : availableParallelism()) : workers;
  if (count === 1) return null;
  if (backend === 'tensorflow') {
    const what = `expected --workers 1 with the native backend, which uses all cores by itself, got ${count}`;
    throw new IResNetError('argument', 'iresnet score', what);
  }
  return scorePool(
    Array.from({ length: count }, () => start({ path, backend, calibration: pipeline.calibration })),
  );
}

function start(workerData: ThreadData): Worker {
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(new URL('./scoreThread.js', import.meta.url), { workerData });
  // Run from its sources: Node 20 gives a thread no loader of TypeScript.
  const program = new URL('./scoreThread.ts', import.meta.url).href;
  const code = `import('${import.meta.resolve('tsx/esm/api')}').then((tsx) => (tsx.register(), import('${program}')))`;
  return new Worker(code, { eval: true, workerData, execArgv: ['--conditions=@iresnet/source'] });
}
