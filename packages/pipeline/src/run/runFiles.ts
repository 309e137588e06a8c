import { decodeModuleFiles, encodeModuleFiles } from '@iresnet/checkpoint';
import { IResNetError } from '@iresnet/core';
import { parseJson } from '@iresnet/core/internal';
import { describe, restore } from '../format';
import type { Pipeline } from '../pipeline';
import { parseRunConfig, type RunConfig } from './config';
import { runFileNames as names } from './fileNames';
import { parseRunInfo, type RunInfo } from './info';
import { parseMetrics, type MetricsLine } from './metrics';

/** The files of a run folder by their names within it, such as `model/manifest.json`. */
export type RunFiles = ReadonlyMap<string, Uint8Array>;

/** A run: what it learned from and how, its record, its curves and its model. */
export interface Run {
  readonly config: RunConfig;
  readonly info: RunInfo;
  readonly metrics: readonly MetricsLine[];
  readonly pipeline: Pipeline;
}

const MODEL = 'model/';

/**
 * The files of a run folder, as the command line leaves one: `config.json`, `run.json`,
 * `metrics.jsonl` and the model with its manifest. `iresnet score`, `eval`, `sample`, `certify` and
 * `report` open the folder.
 *
 * @returns The files by name; where they go, into a zip file or onto a disk, is up to the caller.
 * @throws IResNetError of kind `argument` in a page without https, where a browser gives no hashes.
 *
 * @example
 * ```ts
 * import { faithful } from '@iresnet/datasets';
 * import { defaultRecipe, tableSource, train } from '@iresnet/pipeline';
 * import { decodeRun, encodeRun, runConfig } from '@iresnet/pipeline/run';
 *
 * const recipe = { ...defaultRecipe('table'), steps: 2 };
 * const { pipeline, result } = await train(tableSource('faithful', faithful(), recipe), recipe);
 * const files = await encodeRun({
 *   config: runConfig({ kind: 'embedded', name: 'faithful' }, recipe),
 *   info: {
 *     command: 'a page',
 *     date: new Date().toISOString(),
 *     backend: 'cpu',
 *     threads: 1,
 *     node: 'none',
 *     seconds: result.seconds,
 *     steps: result.step,
 *     stopReason: result.stopReason,
 *   },
 *   metrics: [],
 *   pipeline,
 * });
 * console.log((await decodeRun(files)).info.steps); // 2
 * ```
 */
export async function encodeRun({ config, info, metrics, pipeline }: Run): Promise<Map<string, Uint8Array>> {
  const utf8 = new TextEncoder();
  const json = (value: object): Uint8Array => utf8.encode(`${JSON.stringify(value, null, 2)}\n`);
  const model = await encodeModuleFiles({ config: describe(pipeline), module: pipeline.model });
  return new Map([
    [names.config, json(config)],
    [names.info, json(info)],
    [names.metrics, utf8.encode(metrics.map((line) => `${JSON.stringify(line)}\n`).join(''))],
    ...Array.from(model, ([name, bytes]) => [`${MODEL}${name}`, bytes] as const),
  ]);
}

/**
 * The inverse of {@link encodeRun}, which reads the folders of the command line too; every byte of
 * the model is verified. Other files may be there.
 *
 * @param where - The name of the folder, for messages.
 * @throws IResNetError of kind `data` that names the file and the reason.
 *
 * @example
 * ```ts
 * import { decodeRun } from '@iresnet/pipeline/run';
 *
 * await decodeRun(new Map(), 'runs/007').catch((error: Error) => console.log(error.message));
 * // runs/007: expected config.json in the folder of a run, got none
 * ```
 */
export async function decodeRun(files: RunFiles, where = 'pipeline.decodeRun'): Promise<Run> {
  const textOf = (name: string): string => {
    const bytes = files.get(name);
    if (bytes) return new TextDecoder().decode(bytes);
    throw new IResNetError('data', where, `expected ${name} in the folder of a run, got none`);
  };
  const of = (name: string): string => `${where}/${name}`;
  const config = parseRunConfig(parseJson(textOf(names.config), of(names.config)), of(names.config), 'data');
  const info = parseRunInfo(textOf(names.info), of(names.info));
  const metrics = parseMetrics(textOf(names.metrics), of(names.metrics));
  const model = Array.from(files).flatMap(([name, bytes]) =>
    name.startsWith(MODEL) ? [[name.slice(MODEL.length), bytes] as const] : [],
  );
  const folder = `${where}/model`;
  const stored = await decodeModuleFiles(new Map(model), folder);
  return { config, info, metrics, pipeline: restore(stored, folder) };
}
