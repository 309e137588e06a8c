import { join } from 'node:path';
import { tensor2d, tidy } from '@tensorflow/tfjs-core';
import { createRng, noGrad } from '@iresnet/core';
import type { Table } from '@iresnet/datasets';
import { gridPoints } from '@iresnet/evaluation';
import {
  boxOf,
  judgedRows,
  sample,
  score,
  unusualRows,
  type Pipeline,
  type TableFigures,
  type TableSource,
} from '@iresnet/pipeline';
import type { DensityGrid, Figure, InverseFigures, ReportData, Score, TrainingCurves } from '@iresnet/report';
import type { RunConfig } from '../run/config';
import type { RunInfo } from '../run/info';
import { curveOf, readMetrics } from '../run/metrics';
import { reportHead } from '../run/reportHead';
import { percent } from '../terminal/estimates';
import { finiteOrNull } from '../terminal/lines';

/** The run that a report is about. */
export interface TableRun {
  readonly dir: string;
  readonly config: RunConfig;
  readonly info: RunInfo;
  readonly source: TableSource;
  readonly pipeline: Pipeline;
  readonly figures: TableFigures;
}

/** Most rows of each kind in a report. */
const POINTS = 1500;
/** Cells along one side of the heat map. */
const MAP_SIDE = 160;
const UNUSUAL = 12;

/** What the report of a run on a table shows. */
export async function tableReport(run: TableRun): Promise<ReportData> {
  const { dir, config, source, pipeline, figures, info } = run;
  const { data } = config;
  const { input, training, heldOut, validation } = source;
  const columns = input.kind === 'table' ? input.columns : [];
  const classifies = pipeline.model.head !== null;
  const rng = createRng(config.seed).split('report');
  const drawn = await sample(pipeline, POINTS, { rng: rng.split('samples') });
  const samples = rowsOf({ columns, rows: drawn.count, values: drawn.values as Float64Array });
  const unusual = training.numbers === null ? null : await unusualRows(pipeline, source, UNUSUAL);
  return {
    title: `${input.title}: an invertible residual network as a density${classifies ? ' and a classifier' : ''}`,
    ...reportHead(info, { config, parameters: figures.parameters }),
    source: data.kind === 'file' ? data.file : 'name' in data ? data.name : input.title,
    columns,
    rows: {
      train: figures.trainingRows,
      ...(config.validation > 0 && { validation: validation.count }),
      heldOut: figures.heldOutRows,
    },
    scores: scores(figures, source.truth !== null),
    figures: [...judged(figures, source), ...lines(figures)],
    points: { train: rowsOf(training.data, POINTS), heldOut: rowsOf(heldOut.data, POINTS), samples },
    ...(columns.length === 2 && {
      density: await heatMap(run, columns),
      warpedGrid: warpedGrid(pipeline),
    }),
    training: curves(join(dir, 'metrics.jsonl'), classifies),
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
      differenceError: gain.standardError,
      ...(note !== undefined && { note }),
    })),
  ];
}

/** The accuracy, and how many rows were judged. */
function judged(figures: TableFigures, { training }: TableSource): Figure[] {
  const { accuracy, heldOutRows, heldOutTotal, unusable, unavailable } = figures;
  const found: Figure[] = unavailable.map(({ name, reason }) => ({
    label: name,
    value: 'not available',
    note: reason,
  }));
  if (unusable.rows > 0)
    found.push({
      label: 'Rows that cannot be judged',
      value: grouped(unusable.rows),
      note: unusable.first
        .map(({ row, reason }) => (row === null ? reason : `row ${row}, ${reason}`))
        .join('; '),
    });
  if (accuracy) {
    const { label, value, majority } = accuracy;
    found.push({
      label: 'Held-out accuracy',
      value: percent(value),
      note: `of '${label}'${majority ? `; always '${majority.class}' is right in ${percent(majority.value)}` : ''}`,
    });
  }
  if (heldOutRows + unusable.rows < heldOutTotal)
    found.push({
      label: 'Rows judged',
      value: grouped(heldOutRows),
      note: `of ${grouped(heldOutTotal)} rows that were held out, at random`,
    });
  const most = judgedRows(training.data.columns.length);
  if (Math.max(training.count, heldOutTotal) > most)
    found.push({
      label: 'Rows searched for unusual ones',
      value: grouped(Math.min(training.count, most) + Math.min(heldOutTotal, most)),
      note: `of ${grouped(training.count + heldOutTotal)}, at random`,
    });
  return found;
}

function lines({ integral, box, lipschitz }: TableFigures): Figure[] {
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
function warpedGrid({ model }: Pipeline): [number, number][][] {
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
      (_, j) =>
        Array.from(mapped.subarray(2 * (i * points + j), 2 * (i * points + j) + 2)) as [number, number],
    ),
  );
}

/** The loss curves of a run. With classes, the loss is not only that of the density. */
function curves(file: string, classifies: boolean): TrainingCurves {
  const metrics = readMetrics(file);
  return {
    ...(classifies && { loss: 'loss of the classes and the density, nats' }),
    train: curveOf(metrics, 'step', (line) => line.loss),
    validation: curveOf(metrics, 'validation', (line) => line.loss),
    learningRate: curveOf(metrics, 'step', (line) => line.learningRate),
  };
}

/** `20,000`. */
function grouped(n: number): string {
  return n.toLocaleString('en-US');
}
