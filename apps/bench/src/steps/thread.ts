import { parentPort } from 'node:worker_threads';
import { useBackend, type BackendName } from '@iresnet/backend';
import { serveGradients } from '@iresnet/training';
import { image, plane } from './cases';

/** What a thread gets: a case by its name, and where to compute. */
export interface ThreadTask {
  readonly name: 'image' | 'plane';
  readonly backend: BackendName;
}

serveGradients(parentPort!, async (task) => {
  const { name, backend } = task as ThreadTask;
  await useBackend(backend, { threads: 1 });
  const { model, loss } = { image, plane }[name]();
  return { module: model, loss };
});
