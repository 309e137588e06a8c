import type { DownloadProgress } from '@iresnet/datasets/node';
import { progress, type Callback, type ProgressOptions, type ProgressStream } from '@iresnet/training';
import type { Output } from './output';

/** Validations that a person is told of, evenly over the run; the metrics file has all. */
const TOLD = 5;
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

/**
 * Seconds between two words about a long count: on a terminal, where the line is redrawn, and
 * elsewhere.
 */
const COUNT_PAUSE = { terminal: 0.1, lines: 10 };

/**
 * Tell how far a long count is: `scoring 1280/10000  ETA 0:41`. Nothing of one that is over soon.
 */
export function countProgress(output: Output, what: string, total: number): (done: number) => void {
  const line = pausingLine(output);
  return (done) => {
    if (done >= total) line.clear();
    else line.tell((seconds) => `${what} ${done}/${total}  ETA ${clock(seconds * ((total - done) / done))}`);
  };
}

/**
 * Tell how many of some rows are done, which nobody has counted: `scoring: 131072 rows in 0:41`.
 * Nothing of what is over soon, and nothing where the rows themselves go to the terminal.
 *
 * @param out - Where the rows go; absent for standard output.
 */
export function rowProgress(output: Output, what: string, out: string | undefined) {
  const line = pausingLine(output);
  const shown = leavesTerminal(out);
  return {
    done(rows: number): void {
      if (shown) line.tell((seconds) => `${what}: ${rows} rows in ${clock(seconds)}`);
    },
    end: line.clear,
  };
}

/** Whether data that goes to `out`, or else to standard output, leaves the terminal to progress. */
export function leavesTerminal(out: string | undefined): boolean {
  return out !== undefined || !process.stdout.isTTY;
}

/** A line about work that goes on, with a pause after each word. */
function pausingLine(output: Output) {
  const stream = terminal();
  const start = performance.now();
  const pause = stream.isTTY ? COUNT_PAUSE.terminal : COUNT_PAUSE.lines;
  let told = start;
  return {
    /** @param text - Gets the seconds since the beginning. */
    tell(text: (seconds: number) => string): void {
      const now = performance.now();
      if (output.quiet || now - told < 1000 * pause) return;
      told = now;
      const line = text((now - start) / 1000);
      stream.write(stream.isTTY ? `${CLEAR_LINE}${line}` : `${line}\n`);
    },
    clear(): void {
      if (stream.isTTY && told > start) stream.write(CLEAR_LINE);
    },
  };
}

/** `0:41`. */
function clock(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
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
    } else if (url !== current || performance.now() - told > 1000 * COUNT_PAUSE.terminal) {
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
