import { join } from 'node:path';
import { tensor2d, type Tensor2D } from '@tensorflow/tfjs-core';
import { writeFileAtomic } from '@iresnet/checkpoint/node';
import { createRng, noGrad, type Rng } from '@iresnet/core';
import { gridPoints } from '@iresnet/evaluation';
import type { FlowModel } from '@iresnet/model';
import {
  renderReport,
  type DensityGrid,
  type Figure,
  type InverseFigures,
  type ReportData,
  type Score,
  type TrainingCurves,
} from '@iresnet/report';
import type { RunConfig } from './config';
import { boxOf, JUDGED_ROWS, unusualRows, type Figures } from './figures';
import { curveOf, readMetrics } from './metrics';
import type { TableModel } from './model';
import { reportHead } from './reportHead';
import { firstRows, onHost, rowAt, tensorRows, toArrays, type Rows } from './rows';
import type { RunInfo } from './run';
import type { Source } from './source';
import { percent } from './summary';
import { judgeRows } from './table/judge';

/** The run that a report is about. */
export interface Run {
  readonly config: RunConfig;
  readonly source: Source;
  readonly model: TableModel;
  readonly figures: Figures;
  readonly info: RunInfo;
}

/** Most rows of each kind in a report. */
const POINTS = 1500;
/** Cells along one side of the heat map. */
const MAP_SIDE = 160;
const UNUSUAL = 12;

/** Write `report.html` into a run folder; returns its path. */
export async function writeReport(dir: string, run: Run): Promise<string> {
  const file = join(dir, 'report.html');
  await writeFileAtomic(file, renderReport(reportData(dir, run)));
  return file;
}

function reportData(dir: string, { config, source, model, figures, info }: Run): ReportData {
  const { density, classifier } = model;
  const rng = createRng(config.seed).split('report');
  const plane = source.columns.length === 2;
  const samples = onHost(() => tensorRows(density.sample(POINTS, rng.split('samples')) as Tensor2D));
  return {
    title: `${source.title}: an invertible residual network as a density${classifier ? ' and a classifier' : ''}`,
    ...reportHead(info, { config, parameters: figures.parameters }),
    source: config.data.kind === 'file' ? config.data.file : config.data.name,
    columns: source.columns,
    rows: { train: figures.trainingRows, heldOut: figures.heldOutRows },
    scores: scores(figures, source.truth !== null),
    figures: [...judged(figures, source), ...lines(figures)],
    points: {
      train: toArrays(firstRows(source.training, POINTS)),
      heldOut: toArrays(firstRows(source.heldOut, POINTS)),
      samples: toArrays(samples),
    },
    ...(plane && { density: heatMap(density, source, rng), warpedGrid: warpedGrid(density) }),
    training: curves(join(dir, 'metrics.jsonl'), classifier !== null),
    ...(source.lineNumbers && {
      unusual: unusualRows(density, source, UNUSUAL, rng).map(({ row, values, logLikelihood: value }) => ({
        row: row!,
        values,
        logDensity: finiteOrNull(value),
      })),
    }),
    blocks: figures.lipschitz.map((lipschitzBound, i) => ({ label: String(i), lipschitzBound })),
    inverse: inverseOf(figures),
  };
}

function scores({ heldOut, references }: Figures, truth: boolean): Score[] {
  return [
    { label: 'This model', role: 'model', value: heldOut.mean, standardError: heldOut.standardError },
    ...references.map(({ name, note, value, gain }): Score => ({
      label: name,
      role: truth ? 'truth' : 'baseline',
      value: value.mean,
      standardError: value.standardError,
      differenceError: gain.standardError,
      ...(note !== undefined && { note }),
    })),
  ];
}

/** The accuracy, and how many rows were judged. */
function judged({ accuracy, heldOutRows, heldOutTotal }: Figures, { training }: Source): Figure[] {
  const found: Figure[] = [];
  if (accuracy) {
    const { label, value, majority } = accuracy;
    found.push({
      label: 'Held-out accuracy',
      value: percent(value),
      note: `of '${label}'${majority ? `; always '${majority.class}' is right in ${percent(majority.value)}` : ''}`,
    });
  }
  if (heldOutRows < heldOutTotal)
    found.push({
      label: 'Rows judged',
      value: grouped(heldOutRows),
      note: `of ${grouped(heldOutTotal)} rows that were held out, at random`,
    });
  if (Math.max(training.count, heldOutTotal) > JUDGED_ROWS)
    found.push({
      label: 'Rows searched for unusual ones',
      value: grouped(Math.min(training.count, JUDGED_ROWS) + heldOutRows),
      note: `of ${grouped(training.count + heldOutTotal)}, at random`,
    });
  return found;
}

function lines({ integral, box, lipschitz }: Figures): Figure[] {
  const ranges = box.map(([low, high]) => `[${low.toPrecision(4)}, ${high.toPrecision(4)}]`).join(' × ');
  return [
    ...(integral === null
      ? []
      : [
          {
            label: 'Integral of the density',
            value: integral.toFixed(5),
            note: `over ${ranges}; a density integrates to 1`,
          },
        ]),
    {
      label: 'Largest Lipschitz bound of a block',
      value: Math.max(...lipschitz).toFixed(4),
      note: 'by Gram iteration; a block below 1 is proven invertible',
    },
  ];
}

/** The inverse in the terms of a report, which wants only numbers that JSON has. */
function inverseOf({ inverse }: Figures): InverseFigures {
  const { rows, sampleError, reconstructionError, errorBound, evaluationsPerBlock } = inverse;
  return {
    rows,
    largestError: reconstructionError,
    latentError: sampleError,
    errorBound,
    evaluationsPerBlock,
  };
}

function heatMap(density: FlowModel, { truth, ...source }: Source, rng: Rng): DensityGrid {
  const box = truth?.bounds ?? boxOf({ ...source, truth: null }, 0.15);
  const grid: Rows = { count: MAP_SIDE ** 2, width: 2, values: gridPoints(box, MAP_SIDE) };
  const values = (log: ArrayLike<number>) =>
    Array.from(log, (value) => finiteOrNull(Number(value.toFixed(4))));
  return {
    x: box[0] as [number, number],
    y: box[1] as [number, number],
    nx: MAP_SIDE,
    ny: MAP_SIDE,
    logDensity: values(judgeRows({ density, classifier: null }, grid, rng).logProb),
    ...(truth && { trueLogDensity: values(truth.logDensity(Float64Array.from(grid.values))) }),
  };
}

/** Lines of the latent space at −3, −2.5, …, 3, seen in the data space. */
function warpedGrid(density: FlowModel): [number, number][][] {
  const reach = 3;
  const spacing = 0.5;
  const points = 81;
  const at = (i: number) => -reach + (2 * reach * i) / (points - 1);
  const levels = Array.from({ length: (2 * reach) / spacing + 1 }, (_, i) => -reach + i * spacing);
  const polylines = [
    ...levels.map((level) => Array.from({ length: points }, (_, i) => [level, at(i)])),
    ...levels.map((level) => Array.from({ length: points }, (_, i) => [at(i), level])),
  ];
  const mapped: Rows = noGrad(() =>
    onHost(() =>
      tensorRows(
        density.decode(tensor2d(polylines.flat(), [polylines.length * points, 2])).value as Tensor2D,
      ),
    ),
  );
  return polylines.map((line, i) => line.map((_, j) => rowAt(mapped, i * points + j) as [number, number]));
}

/** The loss curves of a run. With classes, the loss is not only that of the density. */
function curves(file: string, classifies: boolean): TrainingCurves {
  const lines = readMetrics(file);
  return {
    ...(classifies && { loss: 'loss of the classes and the density, nats' }),
    train: curveOf(lines, 'step', (line) => line.loss),
    validation: curveOf(lines, 'validation', (line) => line.loss),
    learningRate: curveOf(lines, 'step', (line) => line.learningRate),
  };
}

/** `20,000`. */
function grouped(n: number): string {
  return n.toLocaleString('en-US');
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
