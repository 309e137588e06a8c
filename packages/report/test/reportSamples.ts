import '@tensorflow/tfjs';
import { createRng, type Rng } from '@iresnet/core';
import { faithful, iris, toy2d, type Table } from '@iresnet/datasets';
import { gaussianDensity, kernelDensity } from '@iresnet/evaluation';
import type { ReportData } from '../src/data';

const rowsOf = ({ columns, rows, values }: Table): number[][] =>
  Array.from({ length: rows }, (_, r) =>
    Array.from(values.subarray(r * columns.length, (r + 1) * columns.length)),
  );

/** A normal number a call. */
const normal = (rng: Rng) => Math.sqrt(-2 * Math.log(1 - rng.next())) * Math.cos(2 * Math.PI * rng.next());

/** Rows near rows of the table: plausible samples of a model. */
function nearby(rows: number[][], scale: number[], n: number): number[][] {
  const rng = createRng(11);
  return Array.from({ length: n }, () =>
    rows[rng.nextInt(rows.length)]!.map((v, c) => v + scale[c]! * normal(rng)),
  );
}

/** A loss that falls from `from` to `to` over 3000 steps, with noise. */
function curves(from: number, to: number): NonNullable<ReportData['training']> {
  const rng = createRng(12);
  const step = Array.from({ length: 1500 }, (_, i) => 2 * (i + 1));
  const loss = (s: number) => to + (from - to) * Math.exp(-s / 300);
  const at = step.filter((_, i) => i % 50 === 0);
  return {
    train: { step, value: step.map((s) => loss(s) + 0.12 * normal(rng)) },
    validation: { step: at, value: at.map((s) => loss(s) + 0.03 + 2e-5 * s) },
    learningRate: {
      step: at,
      value: at.map((s) => 2e-3 * Math.min(1, s / 200) * (1 + Math.cos((Math.PI * s) / 3000))),
    },
  };
}

const common = {
  date: '2026-05-04T10:11:12.000Z',
  backend: 'wasm',
  seed: 1,
  wallSeconds: 143,
  versions: { '@iresnet/cli': '0.1.0', tfjs: '4.22.0', node: '22.1.0' },
  steps: 3000,
  parameters: 51_234,
  blocks: Array.from({ length: 10 }, (_, i) => ({
    label: String(i),
    lipschitzBound: 0.97 - 0.03 * ((i * 7) % 5),
  })),
  inverse: {
    rows: 500,
    largestError: 3.1e-6,
    latentError: 4.4e-6,
    errorBound: 8.7e-6,
    evaluationsPerBlock: 11.42,
  },
  config: { blocks: 10, hidden: [128, 128], coefficient: 0.97, logDet: { kind: 'arnoldi', terms: 5 } },
};

/** A square grid, bent. */
function bent(bend: (x: number, y: number) => [number, number]): [number, number][][] {
  const ticks = Array.from({ length: 17 }, (_, i) => -3.2 + 0.4 * i);
  const fine = Array.from({ length: 81 }, (_, i) => -3.2 + 0.08 * i);
  return [...ticks.map((x) => fine.map((y) => bend(x, y))), ...ticks.map((y) => fine.map((x) => bend(x, y)))];
}

function grid(
  x: [number, number],
  y: [number, number],
  n: number,
  logDensity: (rows: Float64Array) => Float64Array,
) {
  const at = ([low, high]: [number, number], i: number) => low + ((i + 0.5) / n) * (high - low);
  const centres = Float64Array.from({ length: 2 * n * n }, (_, k) => {
    const cell = k >> 1;
    return k % 2 === 0 ? at(x, cell % n) : at(y, Math.floor(cell / n));
  });
  return Array.from(logDensity(centres), (value) => (value === -Infinity ? null : value));
}

/** The report of a table of two columns. */
export function tableReport(): ReportData {
  const table = faithful();
  const rows = rowsOf(table);
  const kernel = kernelDensity(table);
  const logP = kernel.logDensity(table.values);
  const order = Array.from(logP.keys()).sort((a, b) => logP[a]! - logP[b]!);
  const x: [number, number] = [1, 5.8];
  const y: [number, number] = [36, 104];
  return {
    ...common,
    title: 'faithful',
    source: 'faithful.csv',
    command: 'iresnet train faithful.csv --blocks 10 --steps 3000 --seed 1 --out runs/faithful',
    columns: table.columns,
    rows: { train: 190, validation: 27, heldOut: 55 },
    scores: [
      { label: 'This model', role: 'model', value: -4.123, standardError: 0.097 },
      {
        label: 'Gaussian',
        role: 'baseline',
        value: -4.712,
        standardError: 0.081,
        difference: { value: 0.589, standardError: 0.06 },
      },
      {
        label: 'kernel density',
        role: 'baseline',
        value: -4.187,
        standardError: 0.09,
        difference: { value: 0.064, standardError: 0.041 },
        note: 'Gaussian kernel, bandwidth 0.21 deviations by cross-validation',
      },
    ],
    figures: [
      { label: 'Integral of the density', value: 0.9987, note: 'over [1, 5.8] × [36, 104], 150 × 150 cells' },
    ],
    points: { train: rows.slice(0, 217), heldOut: rows.slice(217), samples: nearby(rows, [0.1, 2], 1000) },
    density: { x, y, nx: 150, ny: 150, logDensity: grid(x, y, 150, (r) => kernel.logDensity(r)) },
    warpedGrid: bent((u, v) => [
      3.3 + 0.75 * u + 0.35 * Math.sin(1.6 * u),
      70 + 9 * u + 6 * v + 2 * Math.sin(u * v),
    ]),
    training: curves(6.5, 4.05),
    unusual: order.slice(0, 8).map((r) => ({ row: r + 1, values: rows[r]!, logDensity: logP[r]! })),
  };
}

/** The report of a set whose density is known. */
export function toyReport(): ReportData {
  const moons = toy2d('moons');
  const rng = createRng(5);
  const table = (n: number): Table => {
    const sample = moons.sample(n, rng);
    const values = sample.dataSync() as Float32Array;
    sample.dispose();
    return { columns: ['x', 'y'], rows: n, values };
  };
  const train = table(1500);
  const kernel = kernelDensity(train, { bandwidth: 0.12 });
  const side: [number, number] = [-3.5, 4.5];
  const rows = rowsOf(train);
  return {
    ...common,
    title: 'moons',
    source: 'two moons',
    command: 'iresnet train --dataset moons',
    columns: ['x', 'y'],
    rows: { train: 20_000, heldOut: 5000 },
    scores: [
      { label: 'This model', role: 'model', value: -2.398, standardError: 0.011 },
      {
        label: 'Gaussian',
        role: 'baseline',
        value: -3.21,
        standardError: 0.01,
        difference: { value: 0.812, standardError: 0.008 },
      },
      { label: 'True density', role: 'truth', value: -2.371, note: 'minus the entropy, by quadrature' },
    ],
    figures: [],
    points: { train: rows, heldOut: rowsOf(table(500)), samples: nearby(rows, [0.05, 0.05], 2000) },
    density: {
      x: side,
      y: side,
      nx: 120,
      ny: 120,
      logDensity: grid(side, side, 120, (r) => kernel.logDensity(r)),
      trueLogDensity: grid(side, side, 120, (r) => moons.logDensity(r)),
    },
    warpedGrid: bent((u, v) => [u + 0.6 * Math.sin(1.5 * v), v + 0.8 * Math.cos(1.4 * u)]),
    training: curves(3.5, 2.4),
  };
}

/** The report of a table of more than two columns, or of one. */
export function wideReport(columns: number): ReportData {
  const table = iris();
  const rows = rowsOf(table).map((row) => row.slice(0, columns));
  const values = Float64Array.from(rows.flat());
  const data: Table = { columns: table.columns.slice(0, columns), rows: rows.length, values };
  const logP = gaussianDensity(data).logDensity(values);
  const order = Array.from(logP.keys()).sort((a, b) => logP[a]! - logP[b]!);
  return {
    ...common,
    title: 'iris',
    source: 'iris.csv',
    command: 'iresnet train iris.csv',
    columns: data.columns,
    rows: { train: 105, validation: 15, heldOut: 30 },
    scores: [{ label: 'This model', role: 'model', value: -1.92, standardError: 0.21 }],
    figures: [],
    points: {
      train: rows.slice(0, 120),
      heldOut: rows.slice(120),
      samples: nearby(rows, [0.15, 0.1, 0.15, 0.06], 600),
    },
    training: curves(5, 2),
    unusual: order.slice(0, 5).map((r) => ({ row: r + 1, values: rows[r]!, logDensity: logP[r]! })),
  };
}
