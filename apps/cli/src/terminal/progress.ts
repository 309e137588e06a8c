import type { DownloadProgress } from '@iresnet/datasets/node';
import {
  countProgress as counted,
  progress,
  type Callback,
  type CountProgress,
  type ProgressOptions,
  type ProgressStream,
} from '@iresnet/training';
import type { Output } from './output';

/** Validations that a person is told of, evenly over the run; the metrics file has all. */
const TOLD = 5;
/** Seconds between two drawings of a line. */
const REDRAW = 0.1;
const CLEAR_LINE = '\r\u001b[2K';

/** Progress on stderr: a bar on a terminal, else plain lines. Nothing under `--quiet`. */
export function showProgress(
  output: Output,
  steps: number,
  units: Pick<ProgressOptions, 'unit' | 'validationUnit'>,
): Callback[] {
  if (output.quiet) return [];
  const stream = terminal();
  const bar = progress({ stream, ...units });
  const every = Math.ceil(steps / TOLD);
  let told = 0;
  return [
    {
      ...bar,
      onValidation(log, run) {
        const part = Math.floor(log.step / every);
        if (part === told) return;
        told = part;
        return bar.onValidation(log, run);
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

/** Tell how far a long count is: `scoring 1280/10000  ETA 0:41`. */
export function countProgress(output: Output, what: string, total: number): (done: number) => void {
  return output.quiet ? () => undefined : counted({ stream: terminal(), what, total }).tell;
}

/**
 * Tell how many of some rows are done, which nobody has counted: `scoring: 131072 rows in 0:41`.
 * Nothing where the rows themselves go to the terminal.
 *
 * @param out - Where the rows go; absent for standard output.
 */
export function rowProgress(output: Output, what: string, out: string | undefined): CountProgress {
  if (!output.quiet && leavesTerminal(out)) return counted({ stream: terminal(), what });
  return { tell: () => undefined, end: () => undefined };
}

/** Whether data that goes to `out`, or else to standard output, leaves the terminal to progress. */
export function leavesTerminal(out: string | undefined): boolean {
  return out !== undefined || !process.stdout.isTTY;
}

/**
 * Tell how far the download of each file is; on a terminal a line that is redrawn, elsewhere a line
 * a file.
 */
export function downloadProgress(output: Output): (event: DownloadProgress) => void {
  const stream = terminal();
  let current = '';
  let told = 0;
  return ({ url, loaded, total }) => {
    if (output.quiet) return;
    const name = url.split('/').pop()!;
    const mega = (bytes: number): string => (bytes / 1e6).toFixed(1);
    const size = total === undefined ? '' : `/${mega(total)}`;
    if (!stream.isTTY) {
      if (url !== current)
        stream.write(`downloading ${name}${total === undefined ? '' : `, ${mega(total)} MB`}\n`);
    } else if (loaded === total) {
      stream.write(`${CLEAR_LINE}${name} ${mega(loaded)} MB\n`);
    } else if (url !== current || performance.now() - told > 1000 * REDRAW) {
      told = performance.now();
      stream.write(`${CLEAR_LINE}${name} ${mega(loaded)}${size} MB`);
    }
    current = url;
  };
}

/**
 * stderr, where it is a terminal that can redraw a line; one that does not know its width has 80
 * columns.
 */
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
