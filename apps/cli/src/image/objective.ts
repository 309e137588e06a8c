import { mean, type Scalar } from '@tensorflow/tfjs-core';
import type { Rng } from '@iresnet/core';
import { classificationLoss, hybridLoss, type IResNet } from '@iresnet/model';
import type { ImageRunConfig, Task } from './config';
import type { ImageBatch } from './source';

/** The unit of the loss. */
export const lossUnits: Readonly<Record<Task, string>> = {
  density: 'bits/dim',
  classify: 'nats',
  hybrid: 'nats',
};

/** The unit of what validations compare. */
export const validationUnits: Readonly<Record<Task, string>> = {
  density: 'bits/dim',
  classify: 'error rate',
  hybrid: 'bits/dim',
};

/** The loss of a task on a batch: bits per dimension, cross entropy, or both. */
export function objective(
  model: IResNet,
  { task, densityWeight }: ImageRunConfig,
  levels: number,
): (batch: ImageBatch, rng: Rng) => Scalar {
  switch (task) {
    case 'density':
      return ({ x }, rng) => mean(model.bitsPerDim(model.logProb(x, rng), levels));
    case 'classify':
      return ({ x, labels }) => classificationLoss(model, x, labels);
    case 'hybrid':
      return ({ x, labels }, rng) => hybridLoss(model, x, labels, rng, densityWeight);
  }
}
