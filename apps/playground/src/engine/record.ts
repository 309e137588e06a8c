import { zipSync } from 'fflate';
import type { Pipeline } from '@iresnet/pipeline';
import { encodeRun, runConfig, type MetricsLine, type RunFiles } from '@iresnet/pipeline/run';
import { jsonLines, type Callback } from '@iresnet/training';
import type { Material } from './source';

/** Keeps what a run folder says about a run. */
export interface RunRecord {
  readonly callback: Callback;
  /** The files of the run with a network of it; `ended` is why it made its last step, null where it goes on. */
  files(pipeline: Pipeline, step: number, ended: string | null): Promise<RunFiles>;
}

/** Keep the record of a run, whose folder has this name. */
export function createRecord({ recipe, data, csv }: Material, name: string, backend: string): RunRecord {
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
    async files(pipeline, step, ended) {
      const info = {
        command: `iresnet train --config ${name}/config.json`,
        date: new Date().toISOString(),
        backend,
        threads: 1,
        node: 'none',
        seconds,
        steps: step,
        stopReason: ended ?? 'aborted',
      };
      const own =
        csv === null || data.kind !== 'file' ? [] : [[data.file, new TextEncoder().encode(csv)] as const];
      const files = await encodeRun({ config: runConfig(data, recipe), info, metrics, pipeline });
      return new Map([...files, ...own]);
    },
  };
}

/** A zip file with files in a folder. */
export function zipOf(name: string, files: RunFiles): Uint8Array {
  return zipSync(Object.fromEntries(Array.from(files, ([file, bytes]) => [`${name}/${file}`, bytes])));
}
