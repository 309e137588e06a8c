import { mean, type Scalar } from '@tensorflow/tfjs-core';
import type { Rng } from '@iresnet/core';
import { labelLosses, mostProbable } from '@iresnet/evaluation';
import { negativeLogLikelihood } from '@iresnet/flows';
import { classificationLoss, hybridLoss, type IResNet } from '@iresnet/model';
import type { Input } from './input';
import type { Task } from './task';
import type { Recipe } from './recipe';
import type { Scores } from './score';
import type { Batch } from './source/source';

/** Unit of the loss and of its validation. */
export function lossUnit(task: Task, input: Pick<Input, 'kind'>): 'nats' | 'bits/dim' {
  return task === 'density' && input.kind === 'images' ? 'bits/dim' : 'nats';
}

/**
 * What the optimizer makes small, on a batch: −ln p in nats a row, or bits per dimension of an image; cross
 * entropy in nats; or cross entropy + λ · (−ln p)/d.
 */
export function objective(
  model: IResNet,
  { task, densityWeight }: Pick<Recipe, 'task' | 'densityWeight'>,
  input: Input,
): (batch: Batch, rng: Rng) => Scalar {
  switch (task) {
    case 'density':
      return input.kind === 'images'
        ? ({ x }, rng) => mean(model.bitsPerDim(model.logProb(x, rng), input.levels))
        : ({ x }, rng) => negativeLogLikelihood(model, x, rng);
    case 'classify':
      return ({ x, labels }) => classificationLoss(model, x, labels!);
    case 'hybrid':
      return ({ x, labels }, rng) => hybridLoss(model, x, labels!, rng, densityWeight);
  }
}

/** Means over a validation part, as a metrics file has them. */
export interface ValidationFigures {
  /** The objective: what "best" means, for every task and every kind of data. */
  readonly loss: number;
  readonly logLikelihood: number | null;
  readonly bitsPerDim: number | null;
  readonly accuracy: number | null;
}

/** The objective on examples that were scored, with what else is known of them. */
export function validationFigures(
  scores: Scores,
  labels: ArrayLike<number> | null,
  { task, densityWeight }: Pick<Recipe, 'task' | 'densityWeight'>,
  dimension: number,
): ValidationFigures {
  const { logProb, bitsPerDim, probabilities, count } = scores;
  const crossEntropy = probabilities && labels ? average(labelLosses(probabilities, labels)) : null;
  const density = logProb && average(logProb);
  const losses: Record<Task, () => number> = {
    density: () => (bitsPerDim ? average(bitsPerDim) : -density!),
    classify: () => crossEntropy!,
    hybrid: () => crossEntropy! - (densityWeight * density!) / dimension,
  };
  const predicted = probabilities && mostProbable(probabilities, probabilities.length / count);
  const right = predicted && labels && predicted.filter((label, i) => label === labels[i]).length;
  return {
    loss: losses[task](),
    logLikelihood: density,
    bitsPerDim: bitsPerDim && average(bitsPerDim),
    accuracy: right === null ? null : right / count,
  };
}

function average(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
