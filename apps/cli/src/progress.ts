import { progress, type Callback, type ProgressStream } from '@iresnet/training';
import type { Output } from './output';

/** Validations that a person is told of, evenly over the run; the metrics file has all. */
const TOLD = 5;
const CLEAR_LINE = '\r\u001b[2K';

/** Progress on stderr: a bar on a terminal, else plain lines. Nothing under `--quiet`. */
export function showProgress(output: Output, steps: number, unit: string): Callback[] {
  if (output.quiet) return [];
  const stream = terminal();
  const bar = progress({ stream, unit });
  const every = Math.ceil(steps / TOLD);
  let told = 0;
  return [
    {
      ...bar,
      onValidation(log, run) {
        const part = Math.floor(log.step / every);
        if (part === told) return;
        told = part;
        // Nothing is chosen by validation, so none of them is the best.
        return bar.onValidation({ ...log, improved: false }, run);
      },
      onTrainEnd({ step, stopReason, seconds }) {
        if (stream.isTTY) stream.write(CLEAR_LINE);
        const what =
          stopReason === 'steps' ? `trained ${step} steps` : `stopped after step ${step} of ${steps}`;
        output.log(`${what} in ${seconds.toFixed(1)} s`);
      },
    },
  ];
}

/** stderr, where it is a terminal that can redraw a line; one that does not know its width has 80 columns. */
function terminal(): ProgressStream {
  const { stderr } = process;
  return {
    write: (text) => stderr.write(text),
    isTTY: stderr.isTTY && process.env['TERM'] !== 'dumb',
    get columns() {
      return stderr.columns || 80;
    },
  };
}
