import { dispose } from '@tensorflow/tfjs-core';
import { described, ensure } from '@iresnet/core/internal';
import type { StopReason } from './callbacks';
import { yielder } from './eventLoop';
import { readScalars } from './readback';
import { disposeRollbackPoint, takeRollbackPoint, weightsAreFinite } from './rollback';
import type { Run } from './run';
import type { Schedule } from './schedules';
import { advance, evaluate, updateAverage, type Evaluation } from './step';
import { runValidation } from './validation';

/** The loss and the gradient's norm of a step, read back. */
export interface Reading {
  readonly step: number;
  readonly loss: number;
  readonly gradNorm: number;
}

/** Make steps until the run ends, and tell why it did and what was read last. */
export async function runSteps(
  run: Run,
): Promise<{ readonly stopReason: StopReason; readonly lastReading: Reading | null }> {
  const { options, module, params, training, notify, seconds } = run;
  const { validate, earlyStopping } = options;
  const exhausted = (): boolean => training.validationsSinceBest >= (earlyStopping?.patience ?? Infinity);
  const breathe = yielder();
  let lastReading: Reading | null = null;
  while (training.step < options.steps) {
    // Also of a run that is resumed after its last step.
    if (exhausted()) return { stopReason: 'patience', lastReading };
    if (options.signal?.aborted) return { stopReason: 'aborted', lastReading };
    const evaluation = await evaluate(run);
    if (evaluation === null) return { stopReason: 'batches', lastReading };
    const next = training.step + 1;
    const reads = next % run.logEvery === 0 || next === options.steps;
    let learningRate: number;
    try {
      learningRate = rateAt(run.schedule, training.step);
      if (reads) {
        const reading = await read(next, evaluation, options.signal);
        if (reading === null) return { stopReason: 'aborted', lastReading };
        lastReading = reading;
        const failure = failureOf(lastReading, options.divergenceThreshold);
        if (failure) return { stopReason: failure, lastReading };
        disposeRollbackPoint(run.rollback);
        run.rollback = takeRollbackPoint(params, training);
      }
      advance(options, params, training, evaluation, learningRate);
    } finally {
      dispose({ ...evaluation });
    }
    await options.afterStep?.(training.step);
    // At a fixed moment, so that a saved state has all there is.
    module.refresh?.();
    if (options.emaDecay !== undefined) updateAverage(params, training, options.emaDecay);

    const validates = validate !== undefined && training.step % validate.every === 0;
    if (validates) {
      // Bounds of weights that have overflowed cannot be proven, and a loss may refuse them.
      if (!(await weightsAreFinite(params))) return { stopReason: 'non-finite', lastReading };
      await runValidation(options, module, params, training, (log) =>
        notify('onValidation', { ...log, seconds: seconds() }),
      );
    }
    if (reads) await notify('onStepEnd', { ...lastReading!, learningRate, seconds: seconds() });
    await breathe();
  }
  return { stopReason: exhausted() ? 'patience' : 'steps', lastReading };
}

async function read(
  step: number,
  { loss, norm }: Evaluation,
  signal: AbortSignal | undefined,
): Promise<Reading | null> {
  const values = await readScalars([loss, norm], signal);
  return values && { step, loss: values[0]!, gradNorm: values[1]! };
}

function rateAt(schedule: Schedule, step: number): number {
  const rate = schedule(step);
  ensure(
    Number.isFinite(rate),
    'training.fit',
    () => `expected a finite learning rate from schedule(${step}), got ${described(rate)}`,
  );
  return rate;
}

function failureOf({ loss, gradNorm }: Reading, threshold = Infinity): StopReason | null {
  if (!Number.isFinite(loss) || !Number.isFinite(gradNorm)) return 'non-finite';
  return loss > threshold ? 'diverged' : null;
}
