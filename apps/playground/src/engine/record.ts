import { jsonLines, type Callback } from '@iresnet/training';
import type { MetricsLine } from '@iresnet/pipeline/run';

/** Keeps what a run folder says about a run. */
export interface RunRecord {
  readonly callback: Callback;
  /** The lines of `metrics.jsonl` so far. */
  readonly metrics: readonly MetricsLine[];
  /** Seconds of training so far. */
  seconds(): number;
}

/** Keep the record of a run. */
export function createRecord(): RunRecord {
  const metrics: MetricsLine[] = [];
  let seconds = 0;
  const lines = jsonLines((line) => metrics.push(JSON.parse(line) as MetricsLine));
  return {
    callback: {
      ...lines,
      onStepEnd(log, run) {
        seconds = log.seconds;
        return lines.onStepEnd(log, run);
      },
    },
    metrics,
    seconds: () => seconds,
  };
}
