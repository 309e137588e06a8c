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
  if (output.quiet) return () => undefined;
  const stream = terminal();
  const start = performance.now();
  const pause = stream.isTTY ? COUNT_PAUSE.terminal : COUNT_PAUSE.lines;
  let told = start;
  return (done) => {
    const now = performance.now();
    if (done >= total) {
      if (stream.isTTY && told > start) stream.write(CLEAR_LINE);
      return;
    }
    if (now - told < 1000 * pause) return;
    told = now;
    const left = Math.round(((now - start) / 1000) * ((total - done) / done));
    const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
    const text = `${what} ${done}/${total}  ETA ${clock}`;
    stream.write(stream.isTTY ? `${CLEAR_LINE}${text}` : `${text}\n`);
  };
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
