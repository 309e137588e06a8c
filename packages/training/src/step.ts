import { dispose, tidy, type Scalar, type Tensor1D } from '@tensorflow/tfjs-core';
import type { ValidationLog } from './callbacks';
import { clipByGlobalNorm } from './clip';
import { ema, emaDecayAt } from './ema';
import { flatten } from './flatten';
import type { FitOptions, TrainedModule } from './options';
import type { Live } from './state';
import { assignFlat, captureWeights, restoreWeights, type Variables } from './weights';

/** One optimizer step: w ← optimizer(w, clip(g), η). Disposes no argument. */
export function advance(
  { optimizer, clipNorm }: Pick<FitOptions, 'optimizer' | 'clipNorm'>,
  variables: Variables,
  live: Live,
  { gradient, norm, flat }: { gradient: Tensor1D; norm: Scalar; flat: Tensor1D },
  learningRate: number,
): void {
  const before = live.optimizer;
  live.optimizer = tidy(() => {
    const clipped = clipNorm === undefined ? gradient : clipByGlobalNorm(gradient, clipNorm, norm);
    const { params, state } = optimizer.update(clipped, before, flat, learningRate);
    assignFlat(variables.trainable, params);
    return { step: state.step, tensors: { ...state.tensors } };
  });
  dispose({ ...before.tensors });
  live.step++;
}

/** Take the weights of now into the average. It begins as the weights after the first step, which layers may initialise. */
export function average({ trainable }: Variables, live: Live, decay: number): void {
  const before = live.ema;
  live.ema = tidy(() => {
    const flat = flatten(trainable);
    return before ? ema(before, flat, emaDecayAt(decay, live.step)) : flat;
  });
  before?.dispose();
}

/**
 * The validation loss of the weights that would be the result if the run ended now: the averaged ones
 * under `emaDecay`, within their bounds under `enforceBounds`. `tell` is called while the module still
 * holds them. All variables are set back afterwards, state of layers included, so that training goes
 * on as if nothing had been computed.
 */
export async function runValidation(
  {
    validate,
    earlyStopping,
    enforceBounds,
  }: Pick<FitOptions, 'validate' | 'earlyStopping' | 'enforceBounds'>,
  module: TrainedModule,
  variables: Variables,
  live: Live,
  tell: (log: Omit<ValidationLog, 'seconds'>) => Promise<void>,
): Promise<void> {
  const before = captureWeights(variables);
  live.aside = before;
  try {
    if (live.ema) assignFlat(variables.trainable, live.ema);
    if (enforceBounds) module.enforceBounds?.();
    const value = await validate!.loss();
    const improved =
      Number.isFinite(value) && value < (live.best?.loss ?? Infinity) - (earlyStopping?.minDelta ?? 0);
    if (improved) {
      if (live.best?.weights) dispose([...live.best.weights]);
      // With the state of layers that belongs to them, which the loss brought up to date.
      const weights = earlyStopping ? captureWeights(variables) : null;
      live.best = { step: live.step, loss: value, weights };
    }
    live.stale = improved ? 0 : live.stale + 1;
    const best = live.best && { step: live.best.step, loss: live.best.loss };
    await tell({ step: live.step, loss: value, improved, best });
  } finally {
    restoreWeights(variables, before);
    live.aside = null;
    dispose([...before]);
  }
}
