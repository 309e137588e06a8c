import type { GradientAnswer, ThreadPort, WorkerMessage } from './messages';
import type { RankAnswer, RankMessage } from './rankMessages';
import { serveGradients, type GradientTask } from './serveGradients';
import { answerBytes, answersOf, viewsOf, WORD, wordsOf, type Answers } from './sharedValues';

/**
 * The work of one rank of {@link gradientRanks}: a function that computes the gradients of the
 * micro-batches in a message and gives the answer. Messages come one after the other.
 *
 * What holds for the loss of {@link serveGradients} holds here.
 *
 * @param prepare - Makes the module and the loss of a run from what {@link GradientPool.for} was
 * given. What it throws ends that run.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { serveRank } from '@iresnet/training';
 *
 * const params = { w: tf.variable(tf.zeros([2])) };
 * const answer = serveRank(() => ({
 *   module: { params },
 *   loss: (x: tf.Tensor) => tf.mean(tf.mul(x, params.w)),
 * }));
 * console.log(await answer({ load: [], evaluate: [] })); // [], a round without work
 * ```
 */
export function serveRank(
  prepare: (task: unknown) => GradientTask | Promise<GradientTask>,
): (message: unknown) => Promise<unknown> {
  let tell: (message: WorkerMessage) => void;
  const waiting = new Map<number, (answer: GradientAnswer) => void>();
  const port: ThreadPort = {
    postMessage(answer) {
      const { id } = answer as GradientAnswer;
      waiting.get(id)!(answer as GradientAnswer);
      waiting.delete(id);
    },
    on(event, listener) {
      if (event === 'message') tell = listener;
    },
  };
  serveGradients(port, prepare);
  let views: (Float32Array | Int32Array)[] = [];
  let answers: Answers;
  let asked = 0;
  const begin = ({ task, layout, sizes, microBatches }: NonNullable<RankMessage['begin']>): void => {
    const variables = layout.map(({ shape, dtype }) => ({ dtype, size: shape.reduce((n, m) => n * m, 1) }));
    // Both ends are in this thread, so a page needs no memory that threads can share.
    const values = new ArrayBuffer(WORD * wordsOf(variables));
    views = viewsOf(values, variables);
    answers = answersOf(sizes, new ArrayBuffer(answerBytes(sizes, microBatches)));
    tell({ begin: { task, layout, values, answers: answers.memory } });
  };
  return async (message) => {
    const { begin: begins, load, evaluate } = message as RankMessage;
    if (begins) begin(begins);
    for (const { position, values } of load) views[position]!.set(values);
    if (load.length > 0) tell({ load: load.map(({ position }) => position) });
    const found = evaluate.map(
      (task) =>
        new Promise<RankAnswer[number]>((resolve) => {
          const id = asked++;
          waiting.set(id, (answer) => {
            const { gradient, moves } = answers.at(task.place);
            resolve({ ...answer, gradient: gradient.slice(), moves: moves.slice() });
          });
          tell({ evaluate: { id, ...task } });
        }),
    );
    return Promise.all(found);
  };
}
