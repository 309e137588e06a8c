import type { Callback } from '../callbacks';

/**
 * One JSON object per line and event: `{"event":"step","step":1,"loss":…,"gradNorm":…,"learningRate":…,"seconds":…}`.
 *
 * Events are `begin`, `step`, `validation` and `end`. NaN and infinity become null.
 *
 * @param write - Gets each line with its line feed.
 * @param options - `timing`: write `seconds`, true by default. Without it two equal runs give equal bytes.
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
  { timing = true }: { timing?: boolean } = {},
): Required<Callback> {
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
