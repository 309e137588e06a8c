/**
 * A run: its data and recipe, its record, its curves, and what a report shows of it.
 *
 * The command line leaves a folder of each run. These functions read its texts, `config.json`,
 * `run.json` and `metrics.jsonl`, check that data are those of the model, and make the data that
 * `@iresnet/report` draws. They touch no file, so that a page can do the same.
 *
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import '@iresnet/core/gradients';
 * import { createRng } from '@iresnet/core';
 * import { iris } from '@iresnet/datasets';
 * import { defaultRecipe, references, tableFigures, tableSource, train } from '@iresnet/pipeline';
 * import { parseMetrics, runConfig, tableReport, tableSummary } from '@iresnet/pipeline/run';
 *
 * await tf.ready();
 * const recipe = { ...defaultRecipe('table', 'hybrid'), steps: 2 };
 * const source = tableSource('iris', iris(), recipe);
 * const { pipeline, result } = await train(source, recipe);
 * const figures = await tableFigures(pipeline, source, references(source), createRng(1));
 * console.log(tableSummary(figures)); // [['held-out log-likelihood', '… nats a row (… rows)'], …]
 *
 * const info = {
 *   command: 'a page',
 *   date: new Date().toISOString(),
 *   backend: tf.getBackend(),
 *   threads: 1,
 *   node: 'none',
 *   seconds: result.seconds,
 *   steps: result.step,
 *   stopReason: result.stopReason,
 * };
 * const metrics = parseMetrics('{"event":"step","step":1,"loss":2.8}\n', 'metrics.jsonl');
 * const config = runConfig({ kind: 'embedded', name: 'iris', label: 'species' }, recipe);
 * const report = await tableReport({ config, info, metrics, source, pipeline, figures });
 * console.log(report.title, report.scores.length); // renderReport(report) of @iresnet/report draws it
 * ```
 *
 * @packageDocumentation
 */
export {
  isImages,
  labelOf,
  parseRunConfig,
  recipeOf,
  runConfig,
  type DataConfig,
  type ImageData,
  type RunConfig,
  type TableData,
} from './run/config';
export { parseRunInfo, type RunInfo } from './run/info';
export { curveOf, metricsUpTo, parseMetrics, type MetricsLine } from './run/metrics';
export { trainCommand } from './run/trainCommand';
export { checkSource } from './run/checkSource';
export { describeFarValues, describeSettings, describeSource } from './run/describe';
export { decodeRun, encodeRun, type Run, type RunFiles } from './run/runFiles';
export { tableReport, type TableRun } from './report/tableReport';
export { imageReport, type ImageRun } from './report/imageReport';
export type { RunRecord } from './report/head';
export { rowSummary, tableSummary, type SummaryLine } from './report/tableSummary';
export { imageSummary } from './report/imageSummary';
export { describeCertificate } from './report/describeCertificate';
export { aligned } from './report/aligned';
export { unusableText, type NamedUnusable } from './report/unusableText';
export { percent, withError } from './report/estimates';
export { drawnPictures, pairedPictures, picturesOf } from './report/pictures';
