import { dispose } from '@tensorflow/tfjs-core';
import { described, ensure, whileDeviceLives } from '@iresnet/core/internal';
import type { ValidationLog } from './callbacks';
import type { FitOptions } from './options';
import { assignFlat, captureValues, restoreValues, type TrainedParams } from './paramValues';
import { settle, type TrainedModule } from './trainedModule';
import { bestLossOf, type TrainingState } from './trainingState';

/**
 * The validation loss of the weights that would be the result if the run ended now: the averaged
 * ones under `emaDecay`, within their bounds under `enforceBounds`.
 *
 * `notify` is called while the module still holds them. All variables are set back afterwards,
 * state of layers included, so that training goes on as if nothing had been computed.
 */
export async function runValidation(
  options: Pick<FitOptions, 'validate' | 'earlyStopping' | 'enforceBounds'>,
  module: TrainedModule,
  params: TrainedParams,
  training: TrainingState,
  notify: (log: Omit<ValidationLog, 'seconds'>) => Promise<void>,
): Promise<void> {
  const { validate, earlyStopping, enforceBounds } = options;
  const before = captureValues(params);
  training.setAside = before;
  try {
    if (training.average) assignFlat(params, training.average);
    await settle(module, enforceBounds);
    const loss = await whileDeviceLives('training.fit', validate!.loss());
    ensure(
      typeof loss === 'number',
      'training.fit',
      () => `expected a number from validate.loss, got ${described(loss)}`,
    );
    const least = (training.best?.loss ?? Infinity) - (earlyStopping?.minDelta ?? 0);
    const improved = Number.isFinite(loss) && loss < least;
    if (improved) {
      if (training.best?.values) dispose([...training.best.values]);
      const values = earlyStopping ? captureValues(params) : null;
      training.best = { step: training.step, loss, values };
    }
    training.validationsSinceBest = improved ? 0 : training.validationsSinceBest + 1;
    await notify({ step: training.step, loss, improved, best: bestLossOf(training) });
  } finally {
    restoreValues(params, before);
    training.setAside = null;
    dispose([...before]);
  }
}
