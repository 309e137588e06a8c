import { dispose, type Scalar, type Tensor1D, type TensorContainer } from '@tensorflow/tfjs-core';
import { IResNetError, restoreRng } from '@iresnet/core';
import { meanOverBatches } from './accumulate';
import { batchSource } from './batches';
import { tellAll, type FitRun, type StopReason } from './callbacks';
import { disposeCheckpoint, returnTo, takeCheckpoint, weightsAreFinite } from './checkpoint';
import { globalNorm } from './clip';
import { yielder } from './eventLoop';
import { flatten } from './flatten';
import { lossAndGradient } from './gradient';
import { checkOptions, moduleOf, type FitOptions, type FitResult } from './options';
import { readScalars, readsFreely } from './readback';
import { disposeLive, exportState, importState, startLive, type FitState } from './state';
import { advance, average, runValidation } from './step';
import { assignFlat, restoreWeights, variablesOf } from './weights';

/** One step on the device: loss, gradient and its norm, and the weights they belong to. */
type Evaluation = {
  readonly loss: Scalar;
  readonly gradient: Tensor1D;
  readonly norm: Scalar;
  readonly flat: Tensor1D;
};

/** The last look at a run. */
interface Look {
  readonly step: number;
  readonly loss: number;
  readonly gradNorm: number;
}

/**
 * Minimise a loss over the trainable variables: w ← optimizer(w, clip(∂ℓ/∂w), η(t)), step after step.
 *
 * All weights are one flat vector between the backward pass and the assignment. Besides the gradient,
 * a step costs some twenty kernel calls and two reshapes per matrix. Values are read back every
 * `logEvery` steps only. A loss or gradient that is not finite is seen then: variables, optimizer and
 * average return to the last reading at which all was well. The event loop gets its turn every 25 ms.
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
 * @throws IResNetError of kind `argument` for options that cannot be, or a variable the loss does not depend on; of kind `data` for a
 * resume that does not fit; of kind `diverged`, unless `onDivergence` is `return`.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { createRng } from '@iresnet/core';
 * import { adam, constant, fit } from '@iresnet/training';
 *
 * const params = { slope: tf.variable(tf.scalar(0)) };
 * const result = await fit({
 *   params,
 *   batches: (_step, rng) => rng.normal([32]),
 *   loss: (x) => tf.mean(tf.square(tf.sub(tf.mul(params.slope, x), tf.mul(3, x)))),
 *   steps: 200,
 *   optimizer: adam(),
 *   schedule: constant(0.1),
 *   rng: createRng(1),
 * });
 * console.log(result.stopReason, params.slope.dataSync()); // steps, about 3
 * ```
 */
export async function fit<B extends TensorContainer>(options: FitOptions<B>): Promise<FitResult> {
  checkOptions(options);
  const { steps, optimizer, schedule, validate, earlyStopping, accumulate = 1, callbacks = [] } = options;
  const module = moduleOf(options);
  const variables = variablesOf(module.params);
  const resumed = options.resume && importState(variables, optimizer, options.resume);
  const live = resumed?.live ?? startLive(variables, optimizer);
  const rng = resumed ? restoreRng(resumed.rng) : options.rng;
  const lossRng = rng.split('loss');
  const source = batchSource(options.batches, rng.split('batches'));
  const logEvery = options.logEvery ?? (readsFreely() ? 1 : 10);
  const breathe = yielder();
  const began = performance.now();
  const seconds = (): number => (performance.now() - began) / 1000;

  let final: FitState | null = null;
  const readState = async (): Promise<FitState> =>
    final ?? exportState(variables, live, optimizer, rng.state());
  const run: FitRun = { state: readState };
  const tell = tellAll(callbacks, run);

  let good = takeCheckpoint(variables, live);
  let evaluation: Evaluation | null = null;
  try {
    // The state of a resumed run belongs to its weights. Layers must see that before the weights change.
    module.refresh?.();
    await tell('onTrainBegin', { step: live.step, steps });
    let stopReason: StopReason = 'steps';
    let seen: Look | null = null;
    while (live.step < steps) {
      if (options.signal?.aborted) {
        stopReason = 'aborted';
        break;
      }
      const { step } = live;
      const mean = await meanOverBatches(source, step, accumulate, (batch, index) =>
        lossAndGradient(() => options.loss(batch, lossRng.split(index), step), module.params, options.unused),
      );
      // After the loss: layers may initialise themselves at their first batch.
      evaluation = mean && { ...mean, norm: globalNorm(mean.gradient), flat: flatten(variables.trainable) };
      if (evaluation === null) {
        stopReason = 'batches';
        break;
      }

      const learningRate = schedule(step);
      const look = (step + 1) % logEvery === 0 || step + 1 === steps;
      if (look) {
        const [loss, gradNorm] = await readScalars([evaluation.loss, evaluation.norm]);
        seen = { step: step + 1, loss: loss!, gradNorm: gradNorm! };
        stopReason = judge(seen, options.divergenceThreshold) ?? stopReason;
        if (stopReason !== 'steps') break;
      }
      if (look) {
        disposeCheckpoint(good);
        good = takeCheckpoint(variables, live);
      }
      advance(options, variables, live, evaluation, learningRate);
      dispose({ ...evaluation });
      evaluation = null;
      await options.afterStep?.(live.step);
      // At a fixed moment, so that a saved state has all there is.
      module.refresh?.();
      if (options.emaDecay !== undefined) average(variables, live, options.emaDecay);

      const due = validate !== undefined && live.step % validate.every === 0;
      if (due) {
        await runValidation(options, module, variables, live, (log) =>
          tell('onValidation', { ...log, seconds: seconds() }),
        );
      }
      if (look) await tell('onStepEnd', { ...seen!, learningRate, seconds: seconds() });
      if (due && earlyStopping && live.stale >= earlyStopping.patience) {
        stopReason = 'patience';
        break;
      }
      await breathe();
    }

    // The update after the last look may itself have overflowed.
    if (stopReason !== 'diverged' && !(await weightsAreFinite(variables))) stopReason = 'non-finite';
    const failed = stopReason === 'non-finite' || stopReason === 'diverged';
    if (failed) returnTo(good, variables, live);
    final = await readState();
    if (earlyStopping && live.best?.weights) restoreWeights(variables, live.best.weights);
    else if (live.ema) assignFlat(variables.trainable, live.ema);
    if (options.enforceBounds) module.enforceBounds?.();
    module.refresh?.();

    const best = live.best && { step: live.best.step, loss: live.best.loss };
    const end = { step: live.step, stopReason, best, seconds: seconds() };
    await tell('onTrainEnd', end);
    if (failed && options.onDivergence !== 'return') {
      const what =
        seen === null ? 'nothing' : `loss ${seen.loss}, gradient norm ${seen.gradNorm} at step ${seen.step}`;
      throw new IResNetError(
        'diverged',
        'training.fit',
        `expected a run that converges, got '${stopReason}' (last seen: ${what}); the weights are back at step ${live.step}`,
        { ...seen, stopReason, restoredStep: live.step },
      );
    }
    return { ...end, state: final };
  } finally {
    if (evaluation) dispose({ ...evaluation });
    disposeCheckpoint(good);
    disposeLive(live);
    await source.close();
  }
}

function judge({ loss, gradNorm }: Look, threshold = Infinity): StopReason | null {
  if (!Number.isFinite(loss) || !Number.isFinite(gradNorm)) return 'non-finite';
  return loss > threshold ? 'diverged' : null;
}
