import { dispose, tidy, type TensorContainer } from '@tensorflow/tfjs-core';
import { IResNetError, restoreRng } from '@iresnet/core';
import { ensure, versionOf } from '@iresnet/core/internal';
import { lossAndGradient } from '../gradient';
import type { FitOptions } from '../options';
import type { TrainedModule } from '../trainedModule';
import { toDevice } from './hostBatch';
import type { BeginMessage, EvaluateMessage, GradientAnswer, ThreadPort, WorkerMessage } from './messages';
import { runningOf, withMoves } from './running';
import { answersFor, assignFrom, layoutOf, viewsOf, type Answers } from './sharedValues';

const WHERE = 'training.serveGradients';

/** What a thread computes: the options of the same name of its `fit`. */
// The batches pass through unseen, so their type does not matter here.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export interface GradientTask extends Pick<FitOptions<any>, 'loss' | 'unused'> {
  /** A module like the one that is trained, with variables of its own. */
  readonly module: TrainedModule;
  /** Called when another run begins. */
  dispose?(): void;
}

/** A run as a thread knows it. */
interface Served {
  readonly task: GradientTask;
  readonly views: readonly (Float32Array | Int32Array)[];
  readonly answers: Answers;
}

/**
 * The work of one thread of {@link gradientPool}: take the values of the variables from shared
 * memory, compute the loss and gradient of the micro-batches that come through a port, and put them
 * there.
 *
 * The loss may assign to no variable here. What starts at its first batch has started in the thread
 * of `fit`, and state that follows the weights is brought up to date there, by `refresh` of the
 * module.
 *
 * @param port - `parentPort` of `node:worker_threads`.
 * @param prepare - Makes the module and the loss of a run from what {@link GradientPool.for} was
 * given. What it throws ends that run.
 *
 * @example
 * ```ts
 * import { MessageChannel } from 'node:worker_threads';
 * import * as tf from '@tensorflow/tfjs-core';
 * import { serveGradients } from '@iresnet/training';
 *
 * const { port1, port2 } = new MessageChannel(); // a thread has parentPort instead
 * serveGradients(port2, () => {
 *   const params = { w: tf.variable(tf.zeros([2])) };
 *   return { module: { params }, loss: (x: tf.Tensor) => tf.mean(tf.mul(x, params.w)) };
 * });
 * port1.close();
 * ```
 */
export function serveGradients(
  port: ThreadPort,
  prepare: (task: unknown) => GradientTask | Promise<GradientTask>,
): void {
  let before: Promise<void> = Promise.resolve();
  let served: Served | undefined;
  /** Why the run cannot go on. */
  let broken: unknown;
  const begin = async ({ begin }: BeginMessage): Promise<void> => {
    served?.task.dispose?.();
    served = undefined;
    broken = undefined;
    const task = await prepare(begin.task);
    const { params } = task.module;
    const own = layoutOf(params);
    const other = begin.layout.findIndex((theirs, i) => JSON.stringify(own[i]) !== JSON.stringify(theirs));
    ensure(
      other < 0 && own.length === begin.layout.length,
      WHERE,
      () => `expected the variables of fit, got others from '${begin.layout[other]?.name ?? 'the end'}' on`,
    );
    served = {
      task,
      views: viewsOf(begin.values, Object.values(params)),
      answers: answersFor(params, begin.answers),
    };
  };
  const load = (positions: readonly number[]): void => {
    const variables = Object.values(served!.task.module.params);
    for (const i of positions) assignFrom(variables[i]!, served!.views[i]!);
  };
  port.on('message', (message: WorkerMessage) => {
    before = before.then(async () => {
      if ('evaluate' in message) return port.postMessage(answered(message, served, broken));
      try {
        if ('begin' in message) await begin(message);
        else if (broken === undefined) load(message.load);
      } catch (error) {
        broken = error;
      }
    });
  });
}

function answered(
  { evaluate: { id, batch, place, step, rng } }: EvaluateMessage,
  served: Served | undefined,
  broken: unknown,
): GradientAnswer {
  try {
    if (broken !== undefined || served === undefined) throw broken;
    const { task, answers } = served;
    const { params } = task.module;
    const variables = Object.entries(params);
    const versions = variables.map(([, variable]) => versionOf(variable));
    const { result, moves } = withMoves(runningOf(params), () =>
      tidy(() => {
        const taken = toDevice(batch);
        const loss = () => task.loss(taken as TensorContainer, restoreRng(rng), step);
        return lossAndGradient(loss, params, task.unused);
      }),
    );
    const changed = variables.find(([, variable], i) => versionOf(variable) !== versions[i]);
    ensure(
      changed === undefined,
      WHERE,
      () =>
        `expected a loss that assigns to no variable after the first step, got one that assigns to '${changed![0]}'; fit calls refresh of the module after each step`,
    );
    const to = answers.at(place);
    to.gradient.set(result.gradient.dataSync<'float32'>());
    to.moves.set(moves);
    const loss = result.loss.dataSync()[0]!;
    dispose(result);
    return { id, loss };
  } catch (error) {
    if (!(error instanceof IResNetError)) return { id, error };
    const { kind, where, message } = error;
    return { id, failure: { kind, where, what: message.slice(where.length + 2) } };
  }
}
