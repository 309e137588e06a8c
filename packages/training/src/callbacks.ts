import { described, didYouMean, ensure } from '@iresnet/core/internal';
import type { BestLoss } from './bestLoss';
import type { FitState } from './fitState';

/** Why a run ended. */
export type StopReason =
  /** All steps were made. */
  | 'steps'
  /** The batches ended. */
  | 'batches'
  /** Early stopping: `patience` validations without improvement. */
  | 'patience'
  /** The loss, the gradient or the weights were NaN or infinite. */
  | 'non-finite'
  /** The loss exceeded `divergenceThreshold`. */
  | 'diverged'
  /** The signal was aborted. */
  | 'aborted';

/** One optimizer step. */
export interface StepLog {
  /** Number of steps made, this one included. */
  readonly step: number;
  /** Loss at the weights before the step, in the unit of the loss function. */
  readonly loss: number;
  /** ‖g‖₂ before clipping. */
  readonly gradNorm: number;
  readonly learningRate: number;
  /** Seconds since this call of `fit` began. */
  readonly seconds: number;
}

/** One validation. */
export interface ValidationLog {
  readonly step: number;
  /** The result of `validate.loss`, in its own unit. */
  readonly loss: number;
  /** Whether it is the best so far, by more than `minDelta`. */
  readonly improved: boolean;
  readonly best: BestLoss | null;
  readonly seconds: number;
}

/** What is known before the first step. */
export interface BeginLog {
  /** Steps already made: more than 0 after a resume. */
  readonly step: number;
  /** Steps at which the run will end. */
  readonly steps: number;
}

/** How the run ended. */
export interface EndLog {
  readonly step: number;
  readonly stopReason: StopReason;
  readonly best: BestLoss | null;
  readonly seconds: number;
}

/** The run as a callback sees it. */
export interface FitRun {
  /**
   * A snapshot to resume from. Inside `onValidation` it holds the weights of training, not those
   * that are being validated. Call it before the callback returns or resolves.
   */
  state(): Promise<FitState>;
}

/**
 * A listener: a plain object with any of these functions. They are called in the order of the list,
 * and awaited.
 *
 * `onStepEnd` comes each time that the loss is read back (see `logEvery`), after the `onValidation`
 * of that step if there is one. A state that is saved there lets a resume go on with nothing
 * repeated or left out. An error in a callback ends the run, and `fit` rejects with it.
 */
export interface Callback {
  /** Once, before the first step. */
  onTrainBegin?(log: BeginLog, run: FitRun): void | Promise<void>;
  /** After a step whose loss was read back. */
  onStepEnd?(log: StepLog, run: FitRun): void | Promise<void>;
  /**
   * After each validation. The module still holds the weights that were validated. It is set back
   * afterwards, whatever is done to it.
   */
  onValidation?(log: ValidationLog, run: FitRun): void | Promise<void>;
  /** At the end. The module holds its final weights. Also called before a divergence is thrown. */
  onTrainEnd?(log: EndLog, run: FitRun): void | Promise<void>;
}

const EVENTS: Readonly<Record<keyof Callback, true>> = {
  onTrainBegin: true,
  onStepEnd: true,
  onValidation: true,
  onTrainEnd: true,
};

/** Calls one event of all callbacks. */
export type Notify = <E extends keyof Callback>(
  event: E,
  log: Parameters<NonNullable<Callback[E]>>[0],
) => Promise<void>;

/** A function that calls one event of all callbacks, in order. */
export function notifier(callbacks: readonly Callback[], run: FitRun): Notify {
  return async (event, log) => {
    for (const callback of callbacks) {
      const listener = callback[event] as
        ((this: Callback, l: typeof log, r: FitRun) => void | Promise<void>) | undefined;
      await listener?.call(callback, log, run);
    }
  };
}

/** Refuse callbacks that are not a list of objects, or listen to an event that does not exist. */
export function checkCallbacks(where: string, callbacks: readonly Callback[]): void {
  ensure(Array.isArray(callbacks), where, () => `expected callbacks as a list, got ${described(callbacks)}`);
  const events = Object.keys(EVENTS);
  for (const callback of callbacks) {
    ensure(
      typeof callback === 'object' && callback !== null && !('then' in callback),
      where,
      () => `expected a callback with any of ${events.join(', ')}, got ${described(callback)}`,
    );
    const unknown = Object.keys(callback).find((name) => /^on[A-Z]/.test(name) && !(name in EVENTS));
    ensure(
      unknown === undefined,
      where,
      () =>
        `expected a callback with any of ${events.join(', ')}, got '${unknown!}'${didYouMean(unknown!, events)}`,
    );
  }
}
