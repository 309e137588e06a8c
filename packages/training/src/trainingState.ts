import { dispose, type Tensor1D } from '@tensorflow/tfjs-core';
import type { BestLoss } from './bestLoss';
import type { Optimizer, OptimizerState } from './optimizers/optimizer';
import { flatSize, type ParamValues, type TrainedParams } from './paramValues';

/** What changes during a run, besides the variables. Owns its tensors. */
export interface TrainingState {
  /** Steps made. */
  step: number;
  optimizer: OptimizerState;
  /** The averaged weights, `[P]`, from the first step on under `emaDecay`. */
  average: Tensor1D | null;
  /** The best validation, with its weights under early stopping. */
  best: (BestLoss & { readonly values: ParamValues | null }) | null;
  /** Validations since the best. */
  validationsSinceBest: number;
  /** The weights of training, while the module holds those of a validation. */
  setAside: ParamValues | null;
}

/** The state before the first step. */
export function startTraining(params: TrainedParams, optimizer: Optimizer): TrainingState {
  return {
    step: 0,
    optimizer: optimizer.init(flatSize(params)),
    average: null,
    best: null,
    validationsSinceBest: 0,
    setAside: null,
  };
}

/** Free the tensors of a state. */
export function disposeTraining({ optimizer, average, best }: TrainingState): void {
  dispose({ ...optimizer.tensors });
  average?.dispose();
  if (best?.values) dispose([...best.values]);
}

/** The best validation without its weights. */
export function bestLossOf({ best }: TrainingState): BestLoss | null {
  return best && { step: best.step, loss: best.loss };
}
