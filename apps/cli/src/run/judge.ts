import { join } from 'node:path';
import {
  judgeRun,
  openRun,
  runFileNames,
  type JudgeRunOptions,
  type RunSource,
} from '@iresnet/pipeline/run/node';
import type { ModelRequest } from '../requests/judge';
import type { Output } from '../terminal/output';
import { countProgress } from '../terminal/progress';
import { onNotice } from './data';
import type { Opened } from './dispatch';

/** Tells that a run is judged, and how far it is. */
export function judging(source: RunSource, output: Output): JudgeRunOptions {
  const what = 'truth' in source ? 'held-out rows' : `${source.heldOut.count} held-out images`;
  let count = (_done: number): void => undefined;
  return {
    onProgress(done, total) {
      if (done > 0) return count(done);
      output.log(`judging on ${what}, inverting, drawing …`);
      count = countProgress(output, 'judging', total);
    },
  };
}

/**
 * Draw the report of a run again, from its configuration, metrics and model, and print its path.
 */
export async function drawReport(
  { path, pipeline }: Opened,
  { json }: ModelRequest,
  output: Output,
): Promise<number> {
  const run = await openRun(path, { pipeline, onNotice: onNotice(output) });
  await judgeRun(run, judging(run.source, output));
  const report = join(path, runFileNames.report);
  await output.data(`${json ? JSON.stringify({ report }) : report}\n`);
  return 0;
}
