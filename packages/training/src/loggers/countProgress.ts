import { checkOptions } from '@iresnet/core/internal';
import { clock, CLEAR_LINE } from './clock';
import type { ProgressStream } from './progress';

/** Options of {@link countProgress}. */
export interface CountProgressOptions {
  readonly stream: ProgressStream;
  /** What is done, such as `scoring`. */
  readonly what: string;
  /** How many there are, where that is known. */
  readonly total?: number;
  /** What is counted where `total` is not known. Default `rows`. */
  readonly unit?: string;
}

/** How far a count is. */
export interface CountProgress {
  /** Say how many are done; with `total` the last one ends it. */
  tell(done: number): void;
  /** Clear the line on a terminal. */
  end(): void;
}

/**
 * Seconds between two words about a count: on a terminal, where the line is redrawn, and elsewhere.
 */
const PAUSE = { terminal: 0.1, lines: 10 };

/**
 * How far a long count is: `scoring 1280/10000  ETA 0:41`, or `scoring: 131072 rows in 0:41` where
 * nobody has counted before. Nothing is said of what is over soon.
 *
 * @throws IResNetError for an unknown option.
 *
 * @example
 * ```ts
 * import { countProgress } from '@iresnet/training';
 *
 * const stream = { write: (text: string) => console.log(text) };
 * const progress = countProgress({ stream, what: 'scoring', total: 2 });
 * for (const done of [1, 2]) progress.tell(done);
 * ```
 */
export function countProgress(options: CountProgressOptions): CountProgress {
  checkOptions('training.countProgress', options, { stream: true, what: true, total: true, unit: true });
  const { stream, what, total, unit = 'rows' } = options;
  const start = performance.now();
  const pause = stream.isTTY ? PAUSE.terminal : PAUSE.lines;
  let told = start;
  const end = (): void => {
    if (stream.isTTY && told > start) stream.write(CLEAR_LINE);
  };
  return {
    end,
    tell(done) {
      if (total !== undefined && done >= total) {
        end();
        return;
      }
      const now = performance.now();
      if (now - told < 1000 * pause) return;
      told = now;
      const seconds = (now - start) / 1000;
      const line =
        total === undefined
          ? `${what}: ${done} ${unit} in ${clock(seconds)}`
          : `${what} ${done}/${total}  ETA ${clock(seconds * ((total - done) / done))}`;
      stream.write(stream.isTTY ? `${CLEAR_LINE}${line}` : `${line}\n`);
    },
  };
}
