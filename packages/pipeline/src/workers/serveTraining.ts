import { createRng } from '@iresnet/core';
import { iResNet, type IResNetConfig } from '@iresnet/model';
import { serveGradients, serveRank, type GradientTask, type ThreadPort } from '@iresnet/training';
import type { Input } from '../input';
import { objective, unusedIn } from '../objective';
import type { Pipeline } from '../pipeline';
import type { Recipe } from '../recipe';
import { standardized } from '../standardized';

/** What a thread makes the model and the objective of a run from: plain data. */
export interface TrainingTask {
  readonly config: IResNetConfig;
  readonly input: Input;
  readonly recipe: Recipe;
}

/**
 * The work of one thread of `train(source, recipe, { workers })`: the gradients of the
 * micro-batches that come through a port. It has a backend and a model of its own, but none of the
 * data.
 *
 * @param port - `parentPort` of `node:worker_threads`.
 *
 * @example
 * ```ts
 * import { MessageChannel } from 'node:worker_threads';
 * import { faithful } from '@iresnet/datasets';
 * import { defaultRecipe, serveTraining, tableSource, train } from '@iresnet/pipeline';
 * import { gradientPool } from '@iresnet/training';
 *
 * const { port1, port2 } = new MessageChannel(); // a thread has parentPort, and a backend of its own
 * serveTraining(port2);
 * const recipe = { ...defaultRecipe('table'), steps: 3, batchSize: 32, accumulate: 2 };
 * const workers = gradientPool([port1]); // gradientPool([new Worker('thread.js')])
 * const { result } = await train(tableSource('faithful', faithful(), recipe), recipe, { workers });
 * console.log(result.stopReason); // steps
 * port1.close();
 * ```
 */
export function serveTraining(port: ThreadPort): void {
  serveGradients(port, prepared);
}

/**
 * The work of one rank of `train(source, recipe, { workers: gradientRanks(…) })`: a function that
 * computes the gradients that a message asks for, and gives the answer. It has a backend and a
 * model of its own, but none of the data.
 *
 * @example
 * ```ts
 * import { faithful } from '@iresnet/datasets';
 * import { defaultRecipe, serveTrainingRank, tableSource, train } from '@iresnet/pipeline';
 * import { gradientRanks } from '@iresnet/training';
 *
 * const rank = serveTrainingRank(); // in a process of its own, on this machine or another
 * const workers = gradientRanks({ count: 1, exchange: async ([message]) => [await rank(message)] });
 * const recipe = { ...defaultRecipe('table'), steps: 3, batchSize: 32, accumulate: 2 };
 * const { result } = await train(tableSource('faithful', faithful(), recipe), recipe, { workers });
 * console.log(result.stopReason); // steps
 * ```
 */
export function serveTrainingRank(): (message: unknown) => Promise<unknown> {
  return serveRank(prepared);
}

function prepared(task: unknown): GradientTask {
  const { config, input, recipe } = task as TrainingTask;
  // Its weights are those of the process that trains.
  const model = iResNet(config, createRng(0));
  const pipeline: Pipeline = { model, input, task: recipe.task, recipe };
  return {
    module: model,
    loss: objective(standardized(pipeline), recipe, input),
    unused: unusedIn(pipeline),
    dispose: () => model.dispose(),
  };
}
