import { add, mean, sub, type Scalar, type Tensor } from '@tensorflow/tfjs-core';
import type { Rng } from '@iresnet/core';
import { labelLosses, mostProbable } from '@iresnet/evaluation';
import { negativeLogLikelihood } from '@iresnet/flows';
import { classificationLoss, hybridLoss, type IResNet } from '@iresnet/model';
import { atRows } from './atRows';
import type { Input } from './input';
import type { Pipeline } from './pipeline';
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
 * What the optimizer makes small, on a batch: −ln p in nats a row, or bits per dimension of an
 * image; cross entropy in nats; or cross entropy + λ · (−ln p)/d. Densities are in the units of the
 * data.
 *
 * @param standard - The model on what a batch holds.
 */
export function objective(
  { model: inner, host, standardizes, masked }: Standardized,
  { task, densityWeight }: Pick<Recipe, 'task' | 'densityWeight'>,
  input: Input,
): (batch: Batch, rng: Rng) => Scalar {
  // That of a masked network differs from row to row, and comes with the batch.
  const logVolume = standardizes && !masked ? host!.volume : 0;
  /** The model in the units of the data, as far as the rows of a batch tell. */
  const inUnits = (model: IResNet, { logSlope }: Batch): IResNet => {
    const moved = (logProb: Tensor): Tensor => {
      const standard = logVolume === 0 ? logProb : sub(logProb, logVolume);
      return logSlope ? add(standard, logSlope) : standard;
    };
    return {
      ...model,
      logProb: (x, rng) => moved(model.logProb(x, rng)),
      logProbAndLogits(x, rng, options) {
        const { logProb, logits } = model.logProbAndLogits(x, rng, options);
        return { logProb: moved(logProb), logits };
      },
    };
  };
  switch (task) {
    case 'density':
      return input.kind === 'images'
        ? ({ x }, rng) => mean(inner.bitsPerDim(inner.logProb(x, rng), input.levels))
        : (batch, rng) => {
            const { piece, x } = atRows(inner, batch.x);
            return negativeLogLikelihood(inUnits(piece, batch), x, rng);
          };
    case 'classify':
      return ({ x, labels }) => classificationLoss(inner, x, labels!);
    case 'hybrid':
      return (batch, rng) => {
        const { piece, x } = atRows(inner, batch.x);
        return hybridLoss(inUnits(piece, batch), x, batch.labels!, rng, densityWeight);
      };
  }
}

/** Names of variables that the objective may leave out: a classifier learns no prior. */
export function unusedIn({ model, task }: Pick<Pipeline, 'model' | 'task'>): string[] {
  if (task !== 'classify') return [];
  return Object.keys(model.params).filter((name) => name.startsWith('flow.base.'));
}

/** Means over a validation part, as a metrics file has them. */
export interface ValidationFigures {
  /** The objective: what "best" means, for every task and every kind of data. */
  readonly loss: number;
  readonly logLikelihood: number | null;
  readonly bitsPerDim: number | null;
  readonly accuracy: number | null;
}

/**
 * The objective on examples that were scored, with what else is known of them. Unusable ones do not
 * count.
 */
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
