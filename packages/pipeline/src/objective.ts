import { mean, sub, type Scalar, type Tensor } from '@tensorflow/tfjs-core';
import type { Rng } from '@iresnet/core';
import { labelLosses, mostProbable } from '@iresnet/evaluation';
import { negativeLogLikelihood } from '@iresnet/flows';
import { classificationLoss, hybridLoss, type IResNet } from '@iresnet/model';
import type { Input } from './input';
import type { Task } from './task';
import type { Recipe } from './recipe';
import { usableScores, type Scores } from './score';
import type { Batch } from './source/source';
import type { Standardized } from './standardized';

/** Unit of the loss and of its validation. */
export function lossUnit(task: Task, input: Pick<Input, 'kind'>): 'nats' | 'bits/dim' {
  return task === 'density' && input.kind === 'images' ? 'bits/dim' : 'nats';
}

/**
 * What the optimizer makes small, on a batch: −ln p in nats a row, or bits per dimension of an image; cross
 * entropy in nats; or cross entropy + λ · (−ln p)/d. Densities are in the units of the data.
 *
 * @param standard - The model on what a batch holds.
 */
export function objective(
  { model: inner, host }: Standardized,
  { task, densityWeight }: Pick<Recipe, 'task' | 'densityWeight'>,
  input: Input,
): (batch: Batch, rng: Rng) => Scalar {
  const logVolume = host?.logVolume(host.mean) ?? 0;
  const inUnits = (logProb: Tensor): Tensor => (logVolume === 0 ? logProb : sub(logProb, logVolume));
  const model: IResNet = {
    ...inner,
    logProb: (x, rng) => inUnits(inner.logProb(x, rng)),
    logProbAndLogits(x, rng, options) {
      const { logProb, logits } = inner.logProbAndLogits(x, rng, options);
      return { logProb: inUnits(logProb), logits };
    },
  };
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

/** The objective on examples that were scored, with what else is known of them. Unusable ones do not count. */
export function validationFigures(
  scores: Scores,
  given: ArrayLike<number> | null,
  { task, densityWeight }: Pick<Recipe, 'task' | 'densityWeight'>,
  dimension: number,
): ValidationFigures {
  const { kept, logProb, bitsPerDim, probabilities, classes } = usableScores(scores);
  const labels = given && Array.from(kept, (i) => given[i]!);
  const crossEntropy = probabilities && labels ? average(labelLosses(probabilities, labels)) : null;
  const density = logProb && average(logProb);
  const losses: Record<Task, () => number> = {
    density: () => (bitsPerDim ? average(bitsPerDim) : -density!),
    classify: () => crossEntropy!,
    hybrid: () => crossEntropy! - (densityWeight * density!) / dimension,
  };
  const predicted = probabilities && mostProbable(probabilities, classes);
  const right = predicted && labels && predicted.filter((label, i) => label === labels[i]).length;
  return {
    loss: losses[task](),
    logLikelihood: density,
    bitsPerDim: bitsPerDim && average(bitsPerDim),
    accuracy: right === null ? null : right / kept.length,
  };
}

function average(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
