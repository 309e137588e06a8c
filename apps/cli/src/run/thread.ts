import { parentPort, workerData } from 'node:worker_threads';
import type { BackendName } from '@iresnet/backend';
import { openModel, serveTraining, type Pipeline } from '@iresnet/pipeline';
import { servePipeline } from '@iresnet/pipeline/node';
import { startBackend } from './backend';

/** What a thread of `--workers` starts with. */
export interface ThreadData {
  readonly backend: BackendName;
  /** The model that it uses; without one it trains. */
  readonly model?: {
    readonly path: string;
    /** What a file of usual rows says in the place of the model. */
    readonly calibration: Pipeline['calibration'];
  };
}

const { backend, model } = workerData as ThreadData;
await startBackend(backend);
if (model === undefined) serveTraining(parentPort!);
else {
  const { path, calibration } = model;
  servePipeline(parentPort!, { ...(await openModel(path)), ...(calibration && { calibration }) });
}
