import type { FitState } from './state';

/** Why a run ended. */
export type StopReason =
  /** All steps were made. */
  | 'steps'
  /** The iterable of batches ended. */
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
  readonly loss: number;
  /** Whether it is the best so far, by more than `minDelta`. */
  readonly improved: boolean;
  readonly best: BestLoss | null;
  readonly seconds: number;
}

/** The best validation of a run. */
export interface BestLoss {
  readonly step: number;
  readonly loss: number;
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
  /** Everything a resume needs, of this moment; in `onValidation` too, of the training. Call it before the callback returns (or resolves). */
  state(): Promise<FitState>;
}

/**
 * A listener: a plain object with any of these functions. They are called in the order of the list, and awaited.
 *
 * `onStepEnd` comes with every look at the loss (see `logEvery`), after `onValidation` of that step, if there is one: a state saved there
 * lets a resume go on with nothing done twice or left out.
 * An error in a callback ends the run and comes out of `fit`.
 */
export interface Callback {
  /** Once, before the first step. */
  onTrainBegin?(log: BeginLog, run: FitRun): void | Promise<void>;
  /** After a step whose loss was read back. */
  onStepEnd?(log: StepLog, run: FitRun): void | Promise<void>;
  /** After each validation. The module still holds the weights that were validated, and is set back afterwards, whatever is done to it. */
  onValidation?(log: ValidationLog, run: FitRun): void | Promise<void>;
  /** The module holds its final weights. Also called before a divergence is thrown. */
  onTrainEnd?(log: EndLog, run: FitRun): void | Promise<void>;
}

/** A function that calls one event of all callbacks, in order. */
export function tellAll(
  callbacks: readonly Callback[],
  run: FitRun,
): <E extends keyof Callback>(event: E, log: Parameters<NonNullable<Callback[E]>>[0]) => Promise<void> {
  return async (event, log) => {
    for (const callback of callbacks) {
      await (callback[event] as ((l: typeof log, r: FitRun) => void | Promise<void>) | undefined)?.call(
        callback,
        log,
        run,
      );
    }
  };
}
