import { createRng } from '@iresnet/core';
import { iResNet, type IResNetConfig } from '@iresnet/model';
import { serveGradients, type ThreadPort } from '@iresnet/training';
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
  serveGradients(port, (task) => {
    const { config, input, recipe } = task as TrainingTask;
    // Its weights are those of the thread that trains.
    const model = iResNet(config, createRng(0));
    const pipeline: Pipeline = { model, input, task: recipe.task, recipe };
    return {
      module: model,
      loss: objective(standardized(pipeline), recipe, input),
      unused: unusedIn(pipeline),
      dispose: () => model.dispose(),
    };
  });
}
