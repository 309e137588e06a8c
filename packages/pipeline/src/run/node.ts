/**
 * Runs on disk: a folder for each training run, with its configuration, its curves, its models,
 * where it stands, and its report. The folders are those of the command line.
 *
 * A process may be killed at any moment. What is in the folder is whole then, and `resumeRun` goes
 * on from the last save, bit for bit. Only one process at a time trains a run.
 *
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import '@iresnet/core/gradients';
 * import { mkdtempSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { defaultRecipe } from '@iresnet/pipeline';
 * import { runConfig } from '@iresnet/pipeline/run';
 * import { hasState, openRun, resumeRun, startRun } from '@iresnet/pipeline/run/node';
 *
 * await tf.ready();
 * const runs = mkdtempSync(join(tmpdir(), 'runs-'));
 * const recipe = { ...defaultRecipe('table'), steps: 4 };
 * const interrupted = join(runs, '001-faithful');
 * const run = hasState(interrupted)
 *   ? await resumeRun(interrupted)
 *   : await startRun(runs, runConfig({ kind: 'embedded', name: 'faithful' }, recipe));
 * try {
 *   const { result, finished } = await run.train(); // metrics.jsonl, best/, state/, model/, run.json
 *   console.log(result.step, finished); // 4 true
 * } finally {
 *   await run.close();
 * }
 * const { config, source, pipeline } = await openRun(run.dir);
 * console.log(config.seed, source.heldOut.count, pipeline.input);
 * ```
 *
 * `run.judge()` then writes `results.json` and the page `report.html`, and removes `state/`; it
 * needs `@iresnet/report`, which draws the page.
 *
 * @packageDocumentation
 */
export { startRun } from './startRun';
export { resumeRun } from './resumeRun';
export { listRuns, type ListedRun } from './listRuns';
export { openRun, type OpenedRun, type OpenRunOptions } from './openRun';
export { judgeRun, type JudgedRun, type JudgeRunOptions } from './judgeRun';
export type { TrainedRun, TrainingRun, TrainRunOptions } from './trainingRun';
export { hasState } from './state';
export { lockRun } from './lockRun';
export { runFileNames } from './fileNames';
export { readRunConfig, readRunInfo, readRunMetrics } from './readRun';
export { readRunFigures } from './readRunFigures';
export { loadData, type DataNotice, type LoadDataOptions } from './loadData';
export { checkClasses } from './checkClasses';
export { sourceOf, type RunSource } from './sourceOf';
export type { RunDataOptions } from './runSource';
export type { LoadedData, LoadedImages, LoadedTable } from './loaded';
