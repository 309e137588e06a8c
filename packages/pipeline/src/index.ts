/**
 * A trained model with all that belongs to it: what it takes in, what it was trained for, and how.
 *
 * A model that the command line trained is opened by one call, in Node and in a browser, and every
 * model is used in the same way: rows of a table, points of the plane, images, imported networks.
 *
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import '@iresnet/core/gradients';
 * import { faithful } from '@iresnet/datasets';
 * import { certify, defaultRecipe, reconstruct, sample, score, tableSource, train } from '@iresnet/pipeline';
 *
 * await tf.ready();
 * const recipe = { ...defaultRecipe('table'), steps: 5 };
 * const { pipeline } = await train(tableSource('faithful', faithful(), recipe), recipe);
 * // or: const pipeline = await openModel('runs/001-faithful');
 * const geysers = [[3.6, 79], [1.8, 54]]; // minutes; a table with named columns serves too
 * console.log((await score(pipeline, geysers)).logProb); // nats
 * console.log((await sample(pipeline, 5, { seed: 1 })).values); // five rows
 * console.log((await reconstruct(pipeline, geysers)).maxError, certify(pipeline).invertible); // some 1e-6, true
 * ```
 *
 * {@link openModel} reads a folder or a URL, `saveModel` of `@iresnet/pipeline/node` writes a
 * folder, {@link encodePipeline} and {@link decodePipeline} use bytes. {@link train} follows one
 * recipe for all kinds of data: examples for validation are set aside, the best moment is that of
 * the least validation loss, and the bounds of every model that is kept hold by proof.
 *
 * ## Scores of many rows
 *
 * {@link scorePieces} scores a table that comes in pieces, as a file is read, and
 * {@link scoreRecords} makes a record of each row: its number, ln p, percentile and p-value,
 * whether it is flagged, and the columns that make it improbable. Memory does not grow with the
 * rows, unless they are ranked. A server or a worker of a cluster writes what `iresnet score`
 * writes:
 *
 * ```ts
 * import { mkdtempSync, writeFileSync } from 'node:fs';
 * import { writeFile } from 'node:fs/promises';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { faithful } from '@iresnet/datasets';
 * import { encodeRecords, streamRows } from '@iresnet/datasets/node';
 * import { calibrate, defaultRecipe, scorePieces, scoreRecords, tableSource, train } from '@iresnet/pipeline';
 *
 * const recipe = { ...defaultRecipe('table'), steps: 5 };
 * const source = tableSource('faithful', faithful(), recipe);
 * const pipeline = await calibrate((await train(source, recipe)).pipeline, source);
 *
 * const dir = mkdtempSync(join(tmpdir(), 'scores-'));
 * writeFileSync(join(dir, 'new.csv'), 'eruptions,waiting\n3.6,79\n1.8,500\n');
 * const pieces = streamRows(join(dir, 'new.csv'), { columns: ['eruptions', 'waiting'], missing: 'keep' });
 * const options = { decision: { alarm: 0.05 }, explain: true } as const;
 * const records = scoreRecords(pipeline, scorePieces(pipeline, pieces), options);
 * await writeFile(join(dir, 'scores.csv'), encodeRecords(records, { form: 'csv', gzip: false }));
 * ```
 *
 * Records of images are made the same way from one piece, `[{ first: 0, scores, names }]`.
 * {@link samplePieces} and {@link sampleRecords} do for draws what these two do for scores, and
 * {@link rowFigures} judges a model on scored pieces.
 *
 * ## Runs on disk
 *
 * `@iresnet/pipeline/run/node` keeps a training run in a folder, as the command line does: its
 * configuration, its curves, its models and where it stands. A program that is killed at any moment
 * goes on from the last save, bit for bit.
 *
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import '@iresnet/core/gradients';
 * import { existsSync } from 'node:fs';
 * import { defaultRecipe } from '@iresnet/pipeline';
 * import { runConfig } from '@iresnet/pipeline/run';
 * import { hasState, openRun, resumeRun, startRun } from '@iresnet/pipeline/run/node';
 *
 * await tf.ready();
 * const dir = 'runs/001-faithful';
 * if (hasState(dir) || !existsSync(dir)) {
 *   const config = runConfig({ kind: 'embedded', name: 'faithful' }, { ...defaultRecipe('table'), steps: 5 });
 *   const run = hasState(dir) ? await resumeRun(dir) : await startRun('runs', config);
 *   await run.train(); // metrics.jsonl, state/ every half minute, best/, model/, run.json
 *   await run.close();
 * }
 * const { source, pipeline } = await openRun(dir); // the model, and the data that it used, cut as then
 * console.log(source.heldOut.count, pipeline.input);
 * ```
 *
 * `run.judge()` writes `results.json` and, with `@iresnet/report`, the page `report.html`.
 *
 * @packageDocumentation
 */
export { officialPipeline, type OfficialPipeline, type OfficialPipelineOptions } from './officialPipeline';
export { openModel } from './openModel';
export { decodePipeline, encodePipeline } from './bytes';
export { score, usableScores, type Scores, type ScoreOptions } from './score';
export { scorePieces, type ScoredPiece } from './scorePieces';
export { scoreRecords, type ScoreRecordsOptions } from './records/scoreRecords';
export { calibrate } from './calibrate';
export type { Calibration } from './calibration';
export { decide, type Decision } from './decide';
export { explain, type ExplainOptions, type Reason } from './explain';
export { trainedShare, type Recognized, type TrainedRows } from './trainedRows';
export type { Unusable } from './unusable';
export { classify, type Classes } from './classify';
export { drawsClasses, sample, type SampleOptions } from './sample';
export { impute, imputePieces, type Imputed, type ImputedPiece, type ImputeOptions } from './impute';
export { imputeRecords } from './records/imputeRecords';
export { surprises } from './surprises';
export { samplePieces, type DrawnPiece, type SamplePiecesOptions } from './samplePieces';
export { sampleRecords } from './records/sampleRecords';
export { reconstruct, type Reconstructed } from './reconstruct';
export { interpolate } from './interpolate';
export { certify } from './certify';
export { train, type Trained, type TrainOptions } from './train';
export { inMicroBatches } from './microBatches';
export { serveTraining, serveTrainingRank } from './workers/serveTraining';
export { checkRecipe } from './checkRecipe';
export { defaultRecipe, type DenseRecipe, type Recipe } from './recipe';
export { fittedPreset, imageKind, logitAlpha, type ImageKind } from './imageRecipe';
export type { TableKind } from './tableRecipe';
export { recipeWithin, type RecipeWithinOptions } from './recipeWithin';
export { race, variants, type RaceOptions, type Tried, type Variable } from './race';
export { tableSource } from './source/tableSource';
export { planeSource } from './source/planeSource';
export { imageSource, type LabelledImages } from './source/imageSource';
export { modelImages, type ModelImages } from './modelImages';
export { columnMap, type ColumnMap } from './columns/columnMap';
export type { CategoryEffect } from './columns/effects';
export { allColumns, type GivenColumns } from './columns/given';
export { describeTransforms } from './columns/described';
export {
  transformChoices,
  type ColumnChoices,
  type TransformChoice,
  type TransformChoiceName,
  type TransformChoiceOptions,
} from './columns/choice';
export { readColumnChoices } from './columns/readColumnChoices';
export type { ColumnTransformName, ColumnTransformOptions, ColumnTransformSpec } from './columns/specs';
export type { Knots } from './columns/spline';
export { lossUnit, type ValidationFigures } from './objective';
export { references, type Reference } from './figures/references';
export {
  boxOf,
  judgedRows,
  tableFigures,
  type InverseFigures,
  type TableFigures,
} from './figures/tableFigures';
export { rowFigures, type RowFigures } from './figures/rowFigures';
export { generationFigures, type GenerationFigures, type GenerationOptions } from './figures/generation';
export { imageFigures, type ImageFigures, type ReconstructionFigures } from './figures/imageFigures';
export { accuracyFigures, type AccuracyFigures, type TrueClasses } from './figures/accuracy';
export { farValues, type FarValue } from './figures/farValues';
export { unusualRows, type UnusualRow } from './figures/unusualRows';
export type { ImageInput, Input, TableInput } from './input';
export type { Pipeline } from './pipeline';
export { tasks, type Task } from './task';
export type { Batch, ImageSource, Part, Source, TableSource } from './source/source';
export type { Data } from './data';
export type { Drawn } from './toData';
