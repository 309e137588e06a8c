import type { Params } from '@iresnet/core';
import { IResNetError } from '@iresnet/core';
import { ensure, versionOf } from '@iresnet/core/internal';
import { toHost } from './hostBatch';
import type { GradientWorkers, HostGradient } from './gradientWorkers';
import type { GradientAnswer, ThreadPort, WorkerMessage } from './messages';
import {
  answerBytes,
  answerSizes,
  answersFor,
  layoutOf,
  viewsOf,
  WORD,
  wordsOf,
  type Answers,
} from './sharedValues';

const WHERE = 'training.gradientPool';

/** Threads that compute gradients, one run after the other. */
export interface GradientPool {
  /** How many threads there are. */
  readonly count: number;
  /**
   * The threads for one run of `fit`. Each prepares its module from `task`, which may hold what a
   * message may: plain data and typed arrays.
   */
  for(task: unknown): GradientWorkers;
}

interface Waiting {
  resolve(loss: number): void;
  reject(error: unknown): void;
}

/**
 * Let threads compute gradients for {@link fit}, which then takes `workers: pool.for(task)`.
 *
 * The values of the variables and the gradients lie in shared memory. A thread that ends early, for
 * want of memory, say, ends the run with an error of kind `device`; the variables are then those
 * after the last whole step.
 *
 * @param threads - Threads whose program calls {@link serveGradients}: `new Worker(file)` of
 * `node:worker_threads`. They stay the caller's, who ends them; one pool uses them at a time.
 * @throws IResNetError of kind `argument` for no threads, or where memory cannot be shared, as in a
 * page that is not isolated.
 *
 * @example
 * ```ts
 * import { MessageChannel } from 'node:worker_threads';
 * import * as tf from '@tensorflow/tfjs-core';
 * import { createRng } from '@iresnet/core';
 * import { fit, gradientPool, serveGradients, sgd } from '@iresnet/training';
 *
 * const made = () => ({ w: tf.variable(tf.zeros([2, 1])) });
 * const lossOf = ({ w }: ReturnType<typeof made>) => (x: tf.Tensor2D) =>
 *   tf.mean(tf.square(tf.sub(tf.matMul(x, w as tf.Tensor2D), 1)));
 *
 * // A thread of its own has parentPort, a backend of its own, and gets what `for` is given.
 * const { port1, port2 } = new MessageChannel();
 * const theirs = made();
 * serveGradients(port2, () => ({ module: { params: theirs }, loss: lossOf(theirs) }));
 *
 * const params = made();
 * const { step } = await fit({
 *   params,
 *   batches: (_index, rng) => rng.normal([16, 2]) as tf.Tensor2D,
 *   loss: lossOf(params),
 *   accumulate: 2, // one micro-batch for each of two threads
 *   workers: gradientPool([port1]).for(null),
 *   steps: 5,
 *   optimizer: sgd(),
 *   schedule: 0.1,
 *   rng: createRng(1),
 * });
 * console.log(step); // 5
 * port1.close();
 * ```
 */
export function gradientPool(threads: readonly ThreadPort[]): GradientPool {
  ensure(threads.length > 0, WHERE, () => 'expected at least one thread, got none');
  ensure(
    typeof SharedArrayBuffer === 'function',
    WHERE,
    () => 'expected memory that threads can share; a page has it with the headers COOP and COEP',
  );
  const waiting = new Map<number, Waiting>();
  let lost: unknown;
  let asked = 0;
  for (const [i, thread] of threads.entries()) {
    const lose = (what: string, cause?: unknown): void => {
      const said = `expected thread ${i + 1} of ${threads.length} to go on, got: ${what}`;
      lost ??= new IResNetError('device', WHERE, said, {}, { cause });
      for (const { reject } of waiting.values()) reject(lost);
      waiting.clear();
    };
    thread.on('message', (answer: GradientAnswer) => {
      const found = waiting.get(answer.id);
      // An answer that comes after a thread was lost: all were told already.
      if (!found) return;
      const { resolve, reject } = found;
      waiting.delete(answer.id);
      if ('loss' in answer) resolve(answer.loss);
      else if ('error' in answer) reject(answer.error);
      else reject(new IResNetError(answer.failure.kind, answer.failure.where, answer.failure.what));
    });
    thread.on('error', (error: Error) => lose(error.message, error));
    thread.on('exit', (code) => lose(`it ended with ${code}`));
  }
  const ask = (thread: number, message: (id: number) => WorkerMessage): Promise<number> =>
    new Promise((resolve, reject) => {
      if (lost !== undefined) return reject(lost as Error);
      const id = asked++;
      waiting.set(id, { resolve, reject });
      threads[thread]!.postMessage(message(id));
    });
  const tell = (message: WorkerMessage): void => threads.forEach((thread) => thread.postMessage(message));
  return { count: threads.length, for: (task) => workersOf(threads.length, task, tell, ask) };
}

/** The threads of a pool as `fit` sees them. */
function workersOf(
  count: number,
  task: unknown,
  tell: (message: WorkerMessage) => void,
  ask: (thread: number, message: (id: number) => WorkerMessage) => Promise<number>,
): GradientWorkers {
  let variables: Params[string][] = [];
  let views: (Float32Array | Int32Array)[] = [];
  let answers: Answers | undefined;
  /** The version of each variable that the threads have. */
  let known: (object | null)[] = [];
  return {
    count,
    begin(params, microBatches) {
      const values = new SharedArrayBuffer(WORD * wordsOf(Object.values(params)));
      variables = Object.values(params);
      views = viewsOf(values, variables);
      answers = answersFor(params, new SharedArrayBuffer(answerBytes(answerSizes(params), microBatches)));
      known = variables.map(() => null);
      tell({ begin: { task, layout: layoutOf(params), values, answers: answers.memory } });
    },
    share() {
      const load = variables.flatMap((variable, i) => (versionOf(variable) === known[i] ? [] : [i]));
      for (const i of load) {
        views[i]!.set(variables[i]!.dataSync());
        known[i] = versionOf(variables[i]!);
      }
      tell({ load });
    },
    async evaluate(thread, { batch, ...rest }): Promise<HostGradient> {
      const copy = toHost(batch);
      const loss = await ask(thread, (id) => ({ evaluate: { id, batch: copy, ...rest } }));
      return { loss, ...answers!.at(rest.place) };
    },
  };
}
