import { dispose, sum, tidy, type Tensor1D } from '@tensorflow/tfjs-core';
import { share } from '@iresnet/core/internal';
import { flatten } from './flatten';
import type { OptimizerState } from './optimizers/optimizer';
import { captureValues, restoreValues, type ParamValues, type TrainedParams } from './paramValues';
import { readScalars } from './readback';
import type { TrainingState } from './trainingState';

/** A point of a run to return to when a later step goes wrong. Owns its tensors. */
export interface RollbackPoint {
  readonly step: number;
  readonly values: ParamValues;
  readonly optimizer: OptimizerState;
  readonly average: Tensor1D | null;
}

/** Keep the present state. Tensors are immutable, so their memory is shared and not copied. */
export function takeRollbackPoint(params: TrainedParams, training: TrainingState): RollbackPoint {
  return {
    step: training.step,
    values: captureValues(params),
    optimizer: shareOptimizer(training.optimizer),
    average: training.average && share(training.average),
  };
}

/** Set variables, optimizer and average back. The point stays usable. */
export function rollBack(point: RollbackPoint, params: TrainedParams, training: TrainingState): void {
  restoreValues(params, point.values);
  dispose({ ...training.optimizer.tensors });
  training.average?.dispose();
  training.step = point.step;
  training.optimizer = shareOptimizer(point.optimizer);
  training.average = point.average && share(point.average);
}

/** Free the tensors of a point. */
export function disposeRollbackPoint({ values, optimizer, average }: RollbackPoint): void {
  dispose([...values]);
  dispose({ ...optimizer.tensors });
  average?.dispose();
}

/** Whether no trainable weight is NaN or infinite. One readback. */
export async function weightsAreFinite({ trainable }: TrainedParams): Promise<boolean> {
  // Infinities of both signs add up to NaN.
  const total = tidy(() => sum(flatten(trainable)));
  try {
    return (await readScalars([total]))!.every(Number.isFinite);
  } finally {
    total.dispose();
  }
}

function shareOptimizer({ step, tensors }: OptimizerState): OptimizerState {
  return {
    step,
    tensors: Object.fromEntries(Object.entries(tensors).map(([name, t]) => [name, share(t)])),
  };
}
