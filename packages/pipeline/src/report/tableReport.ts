import { tensor2d, tidy } from '@tensorflow/tfjs-core';
import { createRng, noGrad, onHost, type Rng } from '@iresnet/core';
import { finiteOrNull } from '@iresnet/core/internal';
import type { Table } from '@iresnet/datasets';
import { gridPoints } from '@iresnet/evaluation';
import type { DensityGrid, InverseFigures, ReportData, Score, TrainingCurves } from '@iresnet/report';
import { columnMap } from '../columns/columnMap';
import { discrete } from '../columns/discrete';
import { allColumns, columnsOf } from '../columns/given';
import { drawnFigures } from '../figures/drawnFigures';
import { boxOf, type TableFigures } from '../figures/tableFigures';
import { unusualRows } from '../figures/unusualRows';
import type { Pipeline } from '../pipeline';
import { firstRows } from '../rows';
import { isMasked } from '../recipe';
import { curveOf, type MetricsLine } from '../run/metrics';
import { sample } from '../sample';
import { score } from '../score';
import type { TableSource } from '../source/source';
import { drawnLines } from './drawnLines';
import { reportHead, type RunRecord } from './head';
import { tableLines } from './tableLines';

/** A run on a table with its model and what came out when it was judged. */
export interface TableRun extends RunRecord {
  readonly source: TableSource;
  readonly pipeline: Pipeline;
  readonly figures: TableFigures;
}

/** Most rows of each kind in a report. */
const POINTS = 1500;
/** Cells along one side of the heat map. */
const MAP_SIDE = 160;
const UNUSUAL = 12;

/**
 * What the report of a run on a table shows: the data of `renderReport` of `@iresnet/report`. Draws
 * rows, scores a grid of two columns, and looks for unusual rows.
 */
export async function tableReport(run: TableRun): Promise<ReportData> {
  const { config, source, pipeline, figures, metrics } = run;
  const { input, training, heldOut, validation } = source;
  const { columns, kinds } = allColumns(input);
  const classifies = pipeline.model.head !== null;
  const rng = createRng(config.seed).split('report');
  const samples = await drawnRows(pipeline, source, rng.split('samples'));
  const points = { train: rowsOf(training.data, POINTS), heldOut: rowsOf(heldOut.data, POINTS), samples };
  const quality = drawnFigures(
    columns,
    { drawn: samples, training: points.train, heldOut: points.heldOut },
    kinds,
  );
  const unusual = training.numbers === null ? null : await unusualRows(pipeline, source, UNUSUAL);
  return {
    title: `${input.title}: an invertible residual network as a density${classifies ? ' and a classifier' : ''}`,
    ...reportHead(run, figures),
    columns,
    ...(kinds && { kinds }),
    rows: {
      train: figures.trainingRows,
      ...(config.validation > 0 && { validation: validation.count }),
      heldOut: figures.heldOutRows,
    },
    ...(figures.completeRows < figures.heldOutRows && { completeRows: figures.completeRows }),
    scores: scores(figures, source.truth !== null),
    figures: [...tableLines(figures, source), ...(quality ? drawnLines(quality) : [])],
    points,
    ...(columns.length === 2 &&
      !input.given &&
      !discrete(input.kinds) && {
        density: await heatMap(run, columns),
        warpedGrid: await onHost([pipeline.model], () => warpedGrid(pipeline)),
      }),
    training: curves(metrics, classifies, isMasked(config)),
    ...(unusual && {
      unusual: unusual.map(({ row, values, logLikelihood: value }) => ({
        row: row!,
        values,
        logDensity: finiteOrNull(value),
      })),
    }),
    blocks: figures.lipschitz.map((lipschitzBound, i) => ({ label: String(i), lipschitzBound })),
    inverse: inverseOf(figures),
  };
}

/** Rows from a model; of one with given columns beside those of held-out rows. */
async function drawnRows(pipeline: Pipeline, { input, heldOut }: TableSource, rng: Rng): Promise<number[][]> {
  const { columns, given } = input;
  const rows = given && columnsOf('pipeline.tableReport', firstRows(heldOut.data, POINTS), given.columns);
  const { count, values } = await sample(pipeline, rows?.rows ?? POINTS, {
    rng,
    ...(rows && { given: rows }),
  });
  const drawn = rowsOf({ columns, rows: count, values: values as Float64Array });
  const contexts = rows && rowsOf(rows);
  return contexts ? drawn.map((row, i) => [...row, ...contexts[i]!]) : drawn;
}

/** The first rows of a table as arrays of numbers. */
function rowsOf({ columns: { length }, rows, values }: Table, most = rows): number[][] {
  return Array.from({ length: Math.min(rows, most) }, (_, i) =>
    Array.from(values.subarray(i * length, (i + 1) * length)),
  );
}

function scores({ heldOut, references }: TableFigures, truth: boolean): Score[] {
  return [
    { label: 'This model', role: 'model', value: heldOut.mean, standardError: heldOut.standardError },
    ...references.map(({ name, note, value, gain }): Score => ({
      label: name,
      role: truth ? 'truth' : 'baseline',
      value: value.mean,
      standardError: value.standardError,
      difference: { value: gain.mean, standardError: gain.standardError },
      ...(note !== undefined && { note }),
    })),
  ];
}

/** The inverse in the terms of a report, which wants only numbers that JSON has. */
function inverseOf({ inverse }: TableFigures): InverseFigures {
  const { rows, sampleError, reconstructionError, errorBound, evaluationsPerBlock } = inverse;
  return {
    rows,
    largestError: reconstructionError,
    latentError: sampleError,
    errorBound,
    evaluationsPerBlock,
  };
}

async function heatMap({ pipeline, source }: TableRun, columns: readonly string[]): Promise<DensityGrid> {
  const { truth } = source;
  const box = truth?.bounds ?? boxOf(source, 0.15);
  const values = gridPoints(box, MAP_SIDE);
  const { logProb } = await score(pipeline, { columns, rows: MAP_SIDE ** 2, values });
  const rounded = (log: ArrayLike<number>) =>
    Array.from(log, (value) => finiteOrNull(Number(value.toFixed(4))));
  return {
    x: box[0] as [number, number],
    y: box[1] as [number, number],
    nx: MAP_SIDE,
    ny: MAP_SIDE,
    logDensity: rounded(logProb!),
    ...(truth && { trueLogDensity: rounded(truth.logDensity(values)) }),
  };
}

/** Lines of the latent space at −3, −2.5, …, 3, seen in the data space. */
function warpedGrid(pipeline: Pipeline): [number, number][][] {
  const { model } = pipeline;
  const { row } = columnMap(pipeline);
  const reach = 3;
  const spacing = 0.5;
  const points = 81;
  const at = (i: number) => -reach + (2 * reach * i) / (points - 1);
  const levels = Array.from({ length: (2 * reach) / spacing + 1 }, (_, i) => -reach + i * spacing);
  const polylines = [
    ...levels.map((level) => Array.from({ length: points }, (_, i) => [level, at(i)])),
    ...levels.map((level) => Array.from({ length: points }, (_, i) => [at(i), level])),
  ];
  let mapped = new Float32Array();
  noGrad(() =>
    tidy(() => {
      const z = tensor2d(polylines.flat(), [polylines.length * points, 2]);
      mapped = model.decode(z).value.dataSync() as Float32Array<ArrayBuffer>;
    }),
  );
  return polylines.map((line, i) =>
    line.map(
      (_, j) => Array.from(row(mapped.subarray(2 * (i * points + j)).subarray(0, 2))) as [number, number],
    ),
  );
}

/**
 * The loss curves of a run. With classes the loss is not only that of the density; with masks it is
 * of some columns given the others in training, and of whole rows in validation.
 */
function curves(metrics: readonly MetricsLine[], classifies: boolean, masked: boolean): TrainingCurves {
  return {
    ...(masked && { loss: 'nats: masked in training, whole rows in validation' }),
    ...(classifies && { loss: 'loss of the classes and the density, nats' }),
    train: curveOf(metrics, 'step', (line) => line.loss),
    validation: curveOf(metrics, 'validation', (line) => line.loss),
    learningRate: curveOf(metrics, 'step', (line) => line.learningRate),
  };
}
