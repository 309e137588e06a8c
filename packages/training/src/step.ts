import { dispose, tidy, type Scalar, type Tensor1D } from '@tensorflow/tfjs-core';
import { meanGradient } from './accumulate';
import { clipByGlobalNorm, globalNorm } from './clip';
import { ema, emaDecayAt } from './ema';
import { flatten } from './flatten';
import type { FitOptions } from './options';
import { assignFlat, type TrainedParams } from './paramValues';
import type { Run } from './run';
import type { TrainingState } from './trainingState';

/** Loss, gradient and its norm on the device, and the weights that they belong to. */
export type Evaluation = {
  readonly loss: Scalar;
  readonly gradient: Tensor1D;
  readonly norm: Scalar;
  readonly flat: Tensor1D;
};

/**
 * The loss and its gradient for the next step, or null where the batches end. The caller owns them.
 */
export async function evaluate({
  options,
  params,
  training: { step },
  gradients,
}: Run): Promise<Evaluation | null> {
  const mean = await meanGradient(gradients(step), options.accumulate ?? 1);
  // After the loss, since layers may initialise themselves at their first batch.
  return mean && { ...mean, norm: globalNorm(mean.gradient), flat: flatten(params.trainable) };
}

/** One optimizer step: w ← optimizer(w, clip(g), η). Disposes no argument. */
export function advance(
  { optimizer, clipNorm }: Pick<FitOptions, 'optimizer' | 'clipNorm'>,
  params: TrainedParams,
  training: TrainingState,
  { gradient, norm, flat }: Evaluation,
  learningRate: number,
): void {
  const before = training.optimizer;
  training.optimizer = tidy(() => {
    const clipped = clipNorm === undefined ? gradient : clipByGlobalNorm(gradient, clipNorm, norm);
    const next = optimizer.update(clipped, before, flat, learningRate);
    assignFlat(params, next.params);
    return { step: next.state.step, tensors: { ...next.state.tensors } };
  });
  dispose({ ...before.tensors });
  training.step++;
}

/**
 * Take the present weights into the average. It begins as the weights after the first step, which
 * layers may initialise.
 */
export function updateAverage({ trainable }: TrainedParams, training: TrainingState, decay: number): void {
  const before = training.average;
  training.average = tidy(() => {
    const flat = flatten(trainable);
    return before ? ema(before, flat, emaDecayAt(decay, training.step)) : flat;
  });
  before?.dispose();
}
