import type { MessagePort } from 'node:worker_threads';
import { IResNetError, type ErrorKind } from '@iresnet/core';
import type { Table } from '@iresnet/datasets';
import type { Pipeline } from '../pipeline';
import { score, type ScoreOptions, type Scores } from '../score';

/** Rows that a worker shall score. */
export interface ScoreTask {
  readonly id: number;
  readonly table: Table;
  readonly options: Omit<ScoreOptions, 'onProgress'>;
}

/** What a worker says of them. */
export type ScoreAnswer = { readonly id: number } & (
  | { readonly scores: Scores }
  | { readonly failure: { readonly kind: ErrorKind; readonly where: string; readonly what: string } }
  | { readonly error: unknown }
);

/**
 * The work of one thread of {@link scorePool}: score the rows that come through a port, one piece
 * after the other, and send the scores back.
 *
 * @param port - `parentPort` of `node:worker_threads`.
 * @param pipeline - The model, opened by this thread on a backend of its own.
 *
 * @example
 * ```ts
 * import { MessageChannel } from 'node:worker_threads';
 * import { faithful } from '@iresnet/datasets';
 * import { defaultRecipe, tableSource, train } from '@iresnet/pipeline';
 * import { serveScores } from '@iresnet/pipeline/node';
 *
 * const recipe = { ...defaultRecipe('table'), steps: 2 };
 * const { pipeline } = await train(tableSource('faithful', faithful(), recipe), recipe);
 * const { port1, port2 } = new MessageChannel(); // a worker has parentPort instead
 * serveScores(port2, pipeline);
 * port1.close();
 * ```
 */
export function serveScores(port: MessagePort, pipeline: Pipeline): void {
  let before = Promise.resolve();
  port.on('message', (task: ScoreTask) => {
    before = before.then(async () => {
      const answer = await answered(pipeline, task);
      port.postMessage(answer, 'scores' in answer ? buffersOf(answer.scores) : []);
    });
  });
}

async function answered(pipeline: Pipeline, { id, table, options }: ScoreTask): Promise<ScoreAnswer> {
  try {
    return { id, scores: await score(pipeline, table, options) };
  } catch (error) {
    if (!(error instanceof IResNetError)) return { id, error };
    const { kind, where, message } = error;
    return { id, failure: { kind, where, what: message.slice(where.length + 2) } };
  }
}

/** The memory of arrays, which a message moves instead of copying it. */
function buffersOf(scores: Scores): ArrayBuffer[] {
  const arrays = Object.values(scores).filter((value) => ArrayBuffer.isView(value));
  return [...new Set(arrays.map(({ buffer }) => buffer as ArrayBuffer))];
}
