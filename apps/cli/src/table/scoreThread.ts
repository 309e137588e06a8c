import { parentPort, workerData } from 'node:worker_threads';
import type { BackendName } from '@iresnet/backend';
import { openModel, type Pipeline } from '@iresnet/pipeline';
import { serveScores } from '@iresnet/pipeline/node';
import { startBackend } from '../run/backend';

/** What a thread of `score --workers` starts with. */
export interface ThreadData {
  readonly path: string;
  readonly backend: BackendName;
  /** What a file of usual rows says in the place of the model. */
  readonly calibration: Pipeline['calibration'];
}

const { path, backend, calibration } = workerData as ThreadData;
await startBackend(backend);
serveScores(parentPort!, { ...(await openModel(path)), ...(calibration && { calibration }) });
