import { checkOptions } from '@iresnet/core/internal';
import type { Callback, StepLog } from '../callbacks';
import { clock, CLEAR_LINE } from './clock';

/** Where {@link progress} writes: `process.stderr`, or anything with `write`. */
export interface ProgressStream {
  /** Called with each piece of text. The result is ignored. */
  write(text: string): unknown;
  /** Whether it is a terminal, where a bar is redrawn. Anything else gets plain lines. */
  readonly isTTY?: boolean;
  /** Width of the terminal. Default 80. */
  readonly columns?: number;
}

/** Options of {@link progress}. */
export interface ProgressOptions {
  readonly stream: ProgressStream;
  /** Unit of the loss, such as `nats` or `bits/dim`. */
  readonly unit?: string;
  /** Unit of the validation loss, which may differ. By default none is shown. */
  readonly validationUnit?: string;
  /**
   * Colours on a terminal. Default true, unless the environment has a NO_COLOR that is not empty.
   */
  readonly color?: boolean;
}

/** Seconds between two drawings. */
const REDRAW = 0.05;
const BAR = 16;

/**
 * Step, loss, speed and remaining time of a run, as text.
 *
 * On a terminal it is one line that is redrawn at most every 0.05 s, elsewhere one plain line for
 * each tenth of the run. Validations have lines of their own.
 *
 * @returns A callback for `fit`.
 * @throws IResNetError for an unknown option.
 *
 * @example
 * ```ts
 * import { progress } from '@iresnet/training';
 *
 * const stream = { write: (text: string) => console.log(text.trimEnd()) };
 * const callback = progress({ stream, unit: 'nats', validationUnit: 'bits/dim' });
 * console.log(typeof callback.onStepEnd); // function: pass it among the callbacks of fit
 * ```
 */
export function progress(options: ProgressOptions): Required<Callback> {
  checkOptions('training.progress', options, {
    stream: true,
    unit: true,
    validationUnit: true,
    color: true,
  });
  const { stream, unit, validationUnit, color = colorAllowed() } = options;
  const bar = stream.isTTY === true;
  const paint = (code: number, text: string): string =>
    bar && color ? `\u001b[${code}m${text}\u001b[0m` : text;
  let first = 0;
  let steps = 0;
  let drawnAt = -Infinity;
  let tenths = 0;

  const parts = (log: StepLog): string[] => {
    const rate = log.seconds > 0 ? (log.step - first) / log.seconds : 0;
    const left = rate > 0 ? clock((steps - log.step) / rate) : '?';
    return [
      `step ${log.step}/${steps}`,
      `loss ${withUnit(log.loss, unit)}`,
      `ETA ${left}`,
      `${rate.toPrecision(3)} steps/s`,
    ];
  };
  const draw = (log: StepLog): void => {
    const done = steps > 0 ? log.step / steps : 1;
    const filled = Math.round(done * BAR);
    const percent = `${Math.floor(done * 100)}%`.padStart(4);
    const kept = parts(log);
    // A line that is wider than the terminal wraps and cannot be redrawn.
    while (kept.length > 1 && kept.join('  ').length > (stream.columns ?? 80) - BAR - 8) kept.pop();
    const drawing = paint(36, '━'.repeat(filled)) + paint(2, '─'.repeat(BAR - filled));
    stream.write(`${CLEAR_LINE}${percent} ${drawing}  ${kept.join('  ')}`);
  };
  const line = (text: string): void => {
    stream.write(`${bar ? CLEAR_LINE : ''}${text}\n`);
  };

  return {
    onTrainBegin: (log) => {
      first = log.step;
      steps = log.steps;
      drawnAt = -Infinity;
      tenths = Math.floor((10 * first) / Math.max(1, steps));
    },
    onStepEnd: (log) => {
      if (bar) {
        if (log.seconds - drawnAt < REDRAW && log.step < steps) return;
        drawnAt = log.seconds;
        draw(log);
        return;
      }
      const reached = Math.floor((10 * log.step) / Math.max(1, steps));
      if (reached === tenths) return;
      tenths = reached;
      line(parts(log).join('  '));
    },
    onValidation: ({ step, loss, improved }) => {
      line(`step ${step}  validation ${withUnit(loss, validationUnit)}${improved ? paint(32, ' best') : ''}`);
    },
    onTrainEnd: ({ step, stopReason, seconds }) => {
      if (bar) stream.write('\n');
      const failed = stopReason === 'non-finite' || stopReason === 'diverged';
      stream.write(`${paint(failed ? 31 : 32, stopReason)} at step ${step} after ${clock(seconds)}\n`);
    },
  };
}

function withUnit(value: number, unit: string | undefined): string {
  const text = Number.isFinite(value) ? value.toPrecision(5) : String(value);
  return unit === undefined ? text : `${text} ${unit}`;
}

/** https://no-color.org */
function colorAllowed(): boolean {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  return !process?.env?.['NO_COLOR'];
}
