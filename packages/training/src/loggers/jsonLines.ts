import { checkOptions } from '@iresnet/core/internal';
import type { Callback } from '../callbacks';

/** Options of {@link jsonLines}. */
export interface JsonLinesOptions {
  /** Write `seconds`. Default true. Without it two equal runs give equal bytes. */
  readonly timing?: boolean;
}

/**
 * One JSON object per line and event, such as `{"event":"step","step":1,"loss":…,"gradNorm":…}`.
 *
 * The members are those of the logs; see `Callback`. Events are `begin`, `step`, `validation` and
 * `end`. NaN and infinity become null.
 *
 * @param write - Called with each line, with its line feed.
 * @returns A callback for `fit`.
 * @throws IResNetError for an unknown option.
 *
 * @example
 * ```ts
 * import { jsonLines } from '@iresnet/training';
 *
 * const lines: string[] = [];
 * const log = jsonLines((line) => lines.push(line), { timing: false });
 * console.log(typeof log.onStepEnd); // function: pass it among the callbacks of fit
 * ```
 */
export function jsonLines(
  write: (line: string) => unknown,
  options: JsonLinesOptions = {},
): Required<Callback> {
  checkOptions('training.jsonLines', options, { timing: true });
  const { timing = true } = options;
  const line = (event: string, log: object): void => {
    const entries = Object.entries(log).filter(([key]) => timing || key !== 'seconds');
    write(`${JSON.stringify({ event, ...Object.fromEntries(entries) })}\n`);
  };
  return {
    onTrainBegin: (log) => line('begin', log),
    onStepEnd: (log) => line('step', log),
    onValidation: (log) => line('validation', log),
    onTrainEnd: (log) => line('end', log),
  };
}
