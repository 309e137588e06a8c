import { createRng } from '@iresnet/core';
import { accuracy, estimateMean, mostProbable } from '@iresnet/evaluation';
import { iResNet, type IResNet } from '@iresnet/model';
import {
  adam,
  adamax,
  constant,
  cosine,
  fit,
  sgd,
  warmup,
  type FitResult,
  type Optimizer,
  type Schedule,
} from '@iresnet/training';
import { keepingBest } from '../best';
import type { TrainingHooks } from '../session';
import type { ImageRunConfig } from './config';
import { judge } from './judge';
import { objective } from './objective';
import { batchesOf, type ImageBatch, type ImageSource } from './source';

/** Validations over a run. */
const VALIDATIONS = 20;

/**
 * Minimise the loss of the task.
 *
 * Validation images draw a curve and choose what is kept as the best model, beside the last one, which is the result. A run that diverges ends at its last good weights, which the result says.
 */
export async function trainImages(
  config: ImageRunConfig,
  source: ImageSource,
  { callbacks, signal, resume, log, keepBest }: TrainingHooks<IResNet>,
): Promise<{ readonly model: IResNet; readonly result: FitResult }> {
  const rng = createRng(config.seed);
  const model = iResNet(config.model, rng.split('model'));
  const loss = objective(model, config, source.train.levels);
  let current = 0;
  const validate = (): number => {
    const found = judge(model, source.validation, config.task, rng.split('validation'));
    const figures = {
      bitsPerDim: found.bitsPerDim && estimateMean(found.bitsPerDim).mean,
      accuracy: found.probabilities && accuracyOf(found.probabilities, source),
    };
    log({ event: 'judged', step: current, ...figures });
    return figures.bitsPerDim ?? 1 - figures.accuracy!;
  };
  const result = await fit<ImageBatch>({
    module: model,
    loss,
    batches: batchesOf(source, config, rng.split('order')),
    steps: config.steps,
    accumulate: config.accumulate,
    optimizer: optimizerOf(config),
    schedule: scheduleOf(config),
    ...(config.clipNorm !== null && { clipNorm: config.clipNorm }),
    ...(config.emaDecay !== null && { emaDecay: config.emaDecay }),
    afterStep(step) {
      current = step;
    },
    validate: { every: Math.max(1, Math.round(config.steps / VALIDATIONS)), loss: validate },
    callbacks: [
      ...callbacks,
      keepingBest(async () => {
        prove(model);
        await keepBest(model);
      }),
    ],
    // A classifier learns no prior.
    ...(config.task === 'classify' && {
      unused: Object.keys(model.params).filter((name) => name.startsWith('flow.base.')),
    }),
    rng: rng.split('fit'),
    signal,
    onDivergence: 'return',
    ...(resume && { resume }),
  });
  prove(model);
  return { model, result };
}

/** Shrink the weights of blocks that are not proven to be contractions; power iteration held them up to its tolerance. */
function prove({ flow }: IResNet): void {
  for (const block of flow.blocks) if (block.lipschitzBound() >= 1) block.enforceBounds();
}

function optimizerOf({ optimizer, weightDecay }: ImageRunConfig): Optimizer {
  switch (optimizer) {
    case 'adam':
      return adam({ weightDecay });
    case 'adamax':
      return adamax({ weightDecay });
    case 'sgd':
      return sgd({ momentum: 0.9, nesterov: true, weightDecay });
  }
}

function scheduleOf({ schedule, learningRate, steps, warmup: rise }: ImageRunConfig): Schedule {
  const after =
    schedule === 'constant' ? constant(learningRate) : cosine(learningRate, Math.max(1, steps - rise));
  return rise > 0 ? warmup(rise, after) : after;
}

function accuracyOf(probabilities: Float32Array, { validation, classes }: ImageSource): number {
  return accuracy(mostProbable(probabilities, classes.length), validation.labels).mean;
}
