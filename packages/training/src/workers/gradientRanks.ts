import type { Params } from '@iresnet/core';
import { IResNetError } from '@iresnet/core';
import { ensure, versionOf } from '@iresnet/core/internal';
import type { GradientPool } from './gradientPool';
import { busyWorkers, workerOf, type GradientWorkers, type HostGradient } from './gradientWorkers';
import { toHost } from './hostBatch';
import type { RankAnswer, RankMessage } from './rankMessages';
import { answerSizes, layoutOf } from './sharedValues';

const WHERE = 'training.gradientRanks';

/** The other processes of a job, which may be on other machines. */
export interface Ranks {
  /** How many there are, besides this one. */
  readonly count: number;
  /**
   * Give each a message and get an answer of each, in their order. Messages and answers are plain
   * data and typed arrays.
   */
  exchange(messages: readonly unknown[]): Promise<readonly unknown[]>;
}

interface Asked {
  readonly resolve: (found: HostGradient) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Let the other ranks of a job compute gradients for {@link fit}, which then takes `workers:
 * pool.for(task)`. Their programs give what comes to the function of {@link serveRank}.
 *
 * A step is one exchange: new values and micro-batches go out, and the gradients come back and are
 * summed in the order of the micro-batches, so that any number of ranks gives the bits of one. This
 * rank sends P values to each other one, and gets P for each of their micro-batches.
 *
 * @param ranks - How they are reached. Where an exchange fails, the run ends with its error; the
 * variables are then those after the last whole step.
 * @throws IResNetError of kind `argument` for no ranks.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { createRng } from '@iresnet/core';
 * import { fit, gradientRanks, serveRank, sgd } from '@iresnet/training';
 *
 * const made = () => ({ w: tf.variable(tf.zeros([2, 1])) });
 * const lossOf = ({ w }: ReturnType<typeof made>) => (x: tf.Tensor2D) =>
 *   tf.mean(tf.square(tf.sub(tf.matMul(x, w as tf.Tensor2D), 1)));
 *
 * // A rank has a process and a backend of its own, and gets what `for` is given.
 * const theirs = made();
 * const rank = serveRank(() => ({ module: { params: theirs }, loss: lossOf(theirs) }));
 *
 * const params = made();
 * const pool = gradientRanks({ count: 1, exchange: async ([message]) => [await rank(message)] });
 * const { step } = await fit({
 *   params,
 *   batches: (_index, rng) => rng.normal([16, 2]) as tf.Tensor2D,
 *   loss: lossOf(params),
 *   accumulate: 2, // one micro-batch for each of two ranks
 *   workers: pool.for(null),
 *   steps: 5,
 *   optimizer: sgd(),
 *   schedule: 0.1,
 *   rng: createRng(1),
 * });
 * console.log(step); // 5
 * ```
 */
export function gradientRanks(ranks: Ranks): GradientPool {
  ensure(ranks.count > 0, WHERE, () => 'expected at least one other rank, got none');
  return { count: ranks.count, for: (task) => workersOf(ranks, task) };
}

function workersOf({ count, exchange }: Ranks, task: unknown): GradientWorkers {
  let variables: Params[string][] = [];
  let begin: RankMessage['begin'];
  /** The version of each variable that the ranks have. */
  let known: (object | null)[] = [];
  let load: RankMessage['load'][number][] = [];
  /** How many micro-batches of a step go to others. */
  let expected = 0;
  let evaluate: RankMessage['evaluate'][number][][] = [];
  let asked: Asked[][] = [];

  const send = async (): Promise<void> => {
    const waiting = asked;
    const messages = evaluate.map((own): RankMessage => ({ ...(begin && { begin }), load, evaluate: own }));
    begin = undefined;
    try {
      const answers = (await exchange(messages)) as readonly RankAnswer[];
      waiting.forEach((own, rank) => own.forEach((one, i) => settle(one, answers[rank]![i]!)));
    } catch (error) {
      for (const { reject } of waiting.flat()) reject(error);
    }
  };
  return {
    count,
    begin(params, microBatches) {
      variables = Object.values(params);
      known = variables.map(() => null);
      begin = { task, layout: layoutOf(params), sizes: answerSizes(params), microBatches };
      const others = busyWorkers(count, microBatches);
      expected = Array.from({ length: microBatches }, (_, place) => place).filter(
        (place) => workerOf(place, others, microBatches) < others,
      ).length;
    },
    share() {
      load = [];
      for (const [position, variable] of variables.entries()) {
        if (versionOf(variable) === known[position]) continue;
        // The cpu backend gives its own memory.
        const values = variable.dataSync().slice();
        load.push({ position, values: values instanceof Uint8Array ? Int32Array.from(values) : values });
        known[position] = versionOf(variable);
      }
      evaluate = Array.from({ length: count }, () => []);
      asked = Array.from({ length: count }, () => []);
    },
    evaluate(rank, { batch, ...rest }) {
      return new Promise<HostGradient>((resolve, reject) => {
        evaluate[rank]!.push({ batch: toHost(batch), ...rest });
        asked[rank]!.push({ resolve, reject });
        // The others begin before this rank computes its own.
        if (evaluate.flat().length === expected) void send();
      });
    },
  };
}

function settle({ resolve, reject }: Asked, answer: RankAnswer[number]): void {
  if ('loss' in answer) resolve(answer);
  else if ('error' in answer) reject(answer.error);
  else reject(new IResNetError(answer.failure.kind, answer.failure.where, answer.failure.what));
}
