import { getBackend } from '@tensorflow/tfjs-core';
import { zipSync } from 'fflate';
import type { Pipeline } from '@iresnet/pipeline';
import { encodeRun, runConfig, type RunFiles } from '@iresnet/pipeline/run';
import type { RunRecord } from './record';
import type { Material } from './source';

/**
 * The zip file of a run folder with a network of the run; `ended` is why it made its last step,
 * null where it goes on.
 */
export async function zipRun(
  name: string,
  { recipe, data, csv }: Material,
  { metrics, seconds }: RunRecord,
  pipeline: Pipeline,
  step: number,
  ended: string | null,
): Promise<Uint8Array> {
  const info = {
    command: `iresnet train --config ${name}/config.json`,
    date: new Date().toISOString(),
    backend: getBackend(),
    threads: 1,
    node: 'none',
    seconds: seconds(),
    steps: step,
    stopReason: ended ?? 'aborted',
  };
  // The run may go on meanwhile.
  const files = await encodeRun({
    config: runConfig(data, recipe),
    info,
    metrics: [...metrics],
    pipeline,
  });
  if (csv !== null && data.kind === 'file') files.set(data.file, new TextEncoder().encode(csv));
  return zipOf(name, files);
}

/** A zip file with files in a folder. */
export function zipOf(name: string, files: RunFiles): Uint8Array {
  return zipSync(Object.fromEntries(Array.from(files, ([file, bytes]) => [`${name}/${file}`, bytes])));
}
