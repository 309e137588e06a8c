import type { MessagePort } from 'node:worker_threads';
import { IResNetError, type ErrorKind } from '@iresnet/core';
import type { Data } from '../data';
import type { Pipeline } from '../pipeline';
import { reconstruct, type Reconstructed } from '../reconstruct';
import { sample, type SampleOptions } from '../sample';
import { score, type ScoreOptions, type Scores } from '../score';
import type { Drawn } from '../toData';

/** The functions that a worker computes: what each takes besides the model, and what it gives. */
export interface PoolWork {
  readonly score: (data: Data, options: Omit<ScoreOptions, 'onProgress'>) => Promise<Scores>;
  readonly sample: (n: number, options: Omit<SampleOptions, 'onProgress' | 'rng'>) => Promise<Drawn>;
  readonly reconstruct: (data: Data) => Promise<Reconstructed>;
}

/** A call of one of them. */
export interface PoolTask {
  readonly id: number;
  readonly name: keyof PoolWork;
  readonly given: readonly unknown[];
}

/** What a worker says of it. */
export type PoolAnswer = { readonly id: number } & (
  | { readonly result: object }
  | { readonly failure: { readonly kind: ErrorKind; readonly where: string; readonly what: string } }
  | { readonly error: unknown }
);

/**
 * The work of one thread of {@link pipelinePool}: score, draw and invert what is asked for through
 * a port, one piece after the other, and send the results back.
 *
 * @param port - `parentPort` of `node:worker_threads`.
 * @param pipeline - The model, opened by this thread on a backend of its own.
 *
 * @example
 * ```ts
 * import { MessageChannel } from 'node:worker_threads';
 * import { faithful } from '@iresnet/datasets';
 * import { defaultRecipe, tableSource, train } from '@iresnet/pipeline';
 * import { servePipeline } from '@iresnet/pipeline/node';
 *
 * const recipe = { ...defaultRecipe('table'), steps: 2 };
 * const { pipeline } = await train(tableSource('faithful', faithful(), recipe), recipe);
 * const { port1, port2 } = new MessageChannel(); // a worker has parentPort instead
 * servePipeline(port2, pipeline);
 * port1.close();
 * ```
 */
export function servePipeline(port: MessagePort, pipeline: Pipeline): void {
  const work: PoolWork = {
    score: (data, options) => score(pipeline, data, options),
    sample: (n, options) => sample(pipeline, n, options),
    reconstruct: (data) => reconstruct(pipeline, data),
  };
  let before = Promise.resolve();
  port.on('message', (task: PoolTask) => {
    before = before.then(async () => {
      const answer = await answered(work, task);
      port.postMessage(answer, 'result' in answer ? buffersOf(answer.result) : []);
    });
  });
}

async function answered(work: PoolWork, { id, name, given }: PoolTask): Promise<PoolAnswer> {
  try {
    const compute = work[name] as (...given: readonly unknown[]) => Promise<object>;
    return { id, result: await compute(...given) };
  } catch (error) {
    if (!(error instanceof IResNetError)) return { id, error };
    const { kind, where, message } = error;
    return { id, failure: { kind, where, what: message.slice(where.length + 2) } };
  }
}

/** The memory of arrays, which a message moves instead of copying it. */
function buffersOf(result: object): ArrayBuffer[] {
  const arrays = (Object.values(result) as unknown[]).filter((value) => ArrayBuffer.isView(value));
  return [...new Set(arrays.map(({ buffer }) => buffer as ArrayBuffer))];
}
