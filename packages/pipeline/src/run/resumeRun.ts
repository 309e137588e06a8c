import { join } from 'node:path';
import { writeFileAtomic } from '@iresnet/checkpoint/node';
import { checkOptions } from '@iresnet/core/internal';
import { parseRunConfig } from './config';
import { runFileNames } from './fileNames';
import { lockRun } from './lockRun';
import { metricsUpTo } from './metrics';
import { metricsText, readRawConfig } from './readRun';
import { runSource, type RunDataOptions } from './runSource';
import { readState } from './state';
import { trainingRun, type TrainingRun } from './trainingRun';

/**
 * Go on with an unfinished run, as if it had never stopped: with the same data and the same backend
 * its losses and weights are those of a run that was not interrupted, bit for bit.
 *
 * A run is unfinished when it was stopped by a signal, when its process was killed after the first
 * save, or when it was trained but not judged; {@link hasState} tells. States of earlier versions
 * are read too.
 *
 * @param dir - The folder of the run.
 * @param options - Where the data comes from, if not from the place that `config.json` names.
 * @returns The run, of which `step` steps are made. Call `train`, `judge`, and at the end `close`.
 * @throws IResNetError of kind `data` when there is no state, a byte of it is wrong, it belongs to
 * another configuration, or another process trains the run. `context.finished` is true when
 * there is nothing left to do; what a killed process left of the state is removed then.
 *
 * @example
 * ```ts
 * import { mkdtempSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { defaultRecipe } from '@iresnet/pipeline';
 * import { runConfig } from '@iresnet/pipeline/run';
 * import { resumeRun, startRun } from '@iresnet/pipeline/run/node';
 *
 * const runs = mkdtempSync(join(tmpdir(), 'runs-'));
 * const recipe = { ...defaultRecipe('table'), steps: 4 };
 * const run = await startRun(runs, runConfig({ kind: 'embedded', name: 'faithful' }, recipe));
 * const stop = new AbortController();
 * const onStepEnd = ({ step }: { step: number }) => void (step === 2 && stop.abort());
 * await run.train({ signal: stop.signal, callbacks: [{ onStepEnd }] }); // a signal of the system, for example
 * await run.close();
 *
 * const again = await resumeRun(run.dir);
 * console.log(again.step, (await again.train()).result.step); // 2 4
 * await again.close();
 * ```
 */
export async function resumeRun(dir: string, options: RunDataOptions = {}): Promise<TrainingRun> {
  checkOptions('pipeline.resumeRun', options, { source: true, onNotice: true });
  const file = join(dir, runFileNames.config);
  const identity = readRawConfig(file);
  const config = parseRunConfig(identity, file, 'data');
  const close = await lockRun(dir);
  try {
    const from = await readState(dir, identity);
    const source = await runSource(config, options);
    const metrics = join(dir, runFileNames.metrics);
    await writeFileAtomic(metrics, metricsUpTo(metricsText(dir), metrics, from.step));
    return trainingRun({ dir, config, identity, source, from, close });
  } catch (error) {
    await close();
    throw error;
  }
}
