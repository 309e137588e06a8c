import { checkOptions } from '@iresnet/core/internal';
import { parseRunConfig, type RunConfig } from './config';
import { runFileNames } from './fileNames';
import { createRunFolder } from './folder';
import { lockRun } from './lockRun';
import { runSource, type RunDataOptions } from './runSource';
import { trainingRun, type TrainingRun } from './trainingRun';
import { writeJson } from './writeJson';

/**
 * Make the folder of a new run, `root/003-title`, with its `config.json`; its data is loaded
 * before.
 *
 * Runs that start at once get different numbers. The folder is that of the command line:
 * `iresnet score`, `eval` and `report` open it, and `iresnet train --resume` goes on with it.
 *
 * @param root - The folder of the runs; it is made where it is missing.
 * @param config - Of `runConfig`: the data and the recipe.
 * @param options - Where the data comes from, if not from the place that `config.data` names.
 * @returns The run. Call `train`, `judge`, and at the end, whatever happened, `close`.
 * @throws IResNetError of kind `argument` for a configuration that cannot be; of kind `data` when
 * the data cannot be read or the folder cannot be made.
 *
 * @example
 * ```ts
 * import { mkdtempSync, readdirSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { defaultRecipe } from '@iresnet/pipeline';
 * import { runConfig } from '@iresnet/pipeline/run';
 * import { startRun } from '@iresnet/pipeline/run/node';
 *
 * const runs = mkdtempSync(join(tmpdir(), 'runs-'));
 * const recipe = { ...defaultRecipe('table'), steps: 2 };
 * const run = await startRun(runs, runConfig({ kind: 'embedded', name: 'faithful' }, recipe));
 * try {
 *   console.log((await run.train()).result.stopReason); // steps
 *   // await run.judge() writes results.json and report.html: seconds, on a fast backend
 * } finally {
 *   await run.close();
 * }
 * console.log(readdirSync(runs)); // [ '001-faithful' ]
 * ```
 */
export async function startRun(
  root: string,
  config: RunConfig,
  options: RunDataOptions = {},
): Promise<TrainingRun> {
  const where = 'pipeline.startRun';
  checkOptions(where, options, { source: true, onNotice: true });
  const checked = parseRunConfig(config, where);
  const { data, task } = checked;
  const source = await runSource(checked, options);
  const { title, kind } = source.input;
  const dir = createRunFolder(root, kind === 'images' ? `${title}-${task}` : title);
  const close = await lockRun(dir);
  try {
    await writeJson(dir, runFileNames.config, checked);
    if (data.kind === 'file' && data.schema) await writeJson(dir, runFileNames.schema, data.schema);
  } catch (error) {
    await close();
    throw error;
  }
  return trainingRun({ dir, config: checked, identity: checked, source, from: null, close });
}
