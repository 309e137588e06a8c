import type { TensorContainer } from '@tensorflow/tfjs-core';
import { IResNetError, restoreRng } from '@iresnet/core';
import { readsFreely } from '@iresnet/core/internal';
import { batchSource } from './batches';
import { notifier } from './callbacks';
import { checkFitOptions } from './checkFitOptions';
import { restoreRun, saveRun, type FitState } from './fitState';
import type { FitOptions, FitResult } from './options';
import { ownGradients, sharedGradients } from './microBatches';
import { assignFlat, restoreValues, trainedParams } from './paramValues';
import { runSteps } from './loop';
import { disposeRollbackPoint, rollBack, takeRollbackPoint, weightsAreFinite } from './rollback';
import type { Run } from './run';
import { asSchedule } from './schedules';
import { moduleOf, settle } from './trainedModule';
import { bestLossOf, disposeTraining, startTraining } from './trainingState';

/**
 * Minimise a loss over the trainable variables: w ← optimizer(w, clip(∂ℓ/∂w), η(t)), step after
 * step.
 *
 * All weights are one flat vector between the backward pass and the assignment. Besides the
 * gradient, a step costs some twenty kernel calls and two reshapes per matrix. Values are read back
 * every `logEvery` steps only. A loss or gradient that is not finite is seen then: variables,
 * optimizer and average return to the last reading at which all was well. The event loop gets its
 * turn every 25 ms.
 *
 * The module ends with the best weights under `earlyStopping`, else with the averaged ones under
 * `emaDecay`, else with the last. The returned state holds the last weights in any case.
 *
 * A run can be interrupted after any step. With the same backend, seed and options, m steps and a
 * resume to n give the same bits as n steps, with any validations or none. Two conditions:
 * - Nobody uses the module between two steps. `validate.loss` and `onValidation` may: what they
 *   change is undone.
 * - Layers that keep state which follows the weights are brought up to date after each step. `fit`
 *   does it for a `module`; for `params`, see `afterStep`.
 *
 * @returns Why the run ended, and the state to go on from.
 * @throws IResNetError of kind `argument` for an unknown or wrong option, or a variable that the
 * loss does not depend on; of kind `data` for a resume that does not fit; of kind `diverged`,
 * unless `onDivergence` is `return`; of kind `device` when the device of the backend is lost. The
 * weights on it are then gone, and a run goes on from the last state that was saved.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { createRng } from '@iresnet/core';
 * import { adam, fit } from '@iresnet/training';
 *
 * const params = { slope: tf.variable(tf.scalar(0)) };
 * const result = await fit({
 *   params,
 *   batches: (_step, rng) => rng.normal([32]),
 *   loss: (x) => tf.mean(tf.square(tf.sub(tf.mul(params.slope, x), tf.mul(3, x)))),
 *   steps: 200,
 *   optimizer: adam(),
 *   schedule: 0.1,
 *   rng: createRng(1),
 * });
 * console.log(result.stopReason, params.slope.dataSync()); // steps, about 3
 * ```
 */
export async function fit<B extends TensorContainer>(options: FitOptions<B>): Promise<FitResult> {
  checkFitOptions(options);
  const { optimizer, earlyStopping, callbacks = [] } = options;
  const module = moduleOf(options);
  const params = trainedParams(module.params);
  const saved = options.resume && restoreRun(params, optimizer, options.resume);
  const training = saved?.training ?? startTraining(params, optimizer);
  const rng = saved ? restoreRng(saved.rng) : options.rng;
  const began = performance.now();
  const seconds = (): number => (performance.now() - began) / 1000;

  let final: FitState | null = null;
  const state = async (): Promise<FitState> => final ?? saveRun(params, training, optimizer, rng.state());
  const notify = notifier(callbacks, { state });
  const source = batchSource(options.batches, rng.split('batches'));
  const lossRng = rng.split('loss');
  const part = { options, params, source, lossRng };
  const run: Run<B> = {
    ...part,
    module,
    training,
    gradients: options.workers ? sharedGradients(part, options.workers) : ownGradients(part),
    schedule: asSchedule(options.schedule),
    logEvery: options.logEvery ?? (readsFreely() ? 1 : 10),
    notify,
    seconds,
    rollback: takeRollbackPoint(params, training),
  };
  try {
    // The state of a resumed run belongs to its weights. Layers must see that before the weights
    // change.
    module.refresh?.();
    await notify('onTrainBegin', { step: training.step, steps: options.steps });
    const { stopReason: ended, lastReading } = await runSteps(run);

    // The update after the last reading may itself have overflowed.
    const overflowed = ended !== 'diverged' && !(await weightsAreFinite(params));
    const stopReason = overflowed ? 'non-finite' : ended;
    const failed = stopReason === 'non-finite' || stopReason === 'diverged';
    if (failed) rollBack(run.rollback, params, training);
    final = await state();
    if (earlyStopping && training.best?.values) restoreValues(params, training.best.values);
    else if (training.average) assignFlat(params, training.average);
    await settle(module, options.enforceBounds);

    const end = { step: training.step, stopReason, best: bestLossOf(training), seconds: seconds() };
    await notify('onTrainEnd', end);
    if (failed && options.onDivergence !== 'return') {
      const last = lastReading
        ? `loss ${lastReading.loss}, gradient norm ${lastReading.gradNorm} at step ${lastReading.step}`
        : 'nothing';
      throw new IResNetError(
        'diverged',
        'training.fit',
        `expected a run that converges, got '${stopReason}' (last read: ${last}); the weights are back at step ${training.step}`,
        { ...lastReading, stopReason, restoredStep: training.step },
      );
    }
    return { ...end, state: final };
  } finally {
    disposeRollbackPoint(run.rollback);
    disposeTraining(training);
    await run.source.close();
  }
}
