import { add, gather, mul, tensor1d, tensor2d, tidy, type Tensor2D } from '@tensorflow/tfjs-core';
import { IResNetError, type Rng } from '@iresnet/core';
import {
  batches,
  faithful,
  iris,
  parseTable,
  quakes,
  split,
  takeRows,
  toy2d,
  type Table,
  type Toy2d,
  type Toy2dName,
} from '@iresnet/datasets';
import type { DataConfig, RunConfig } from './config';
import { readText } from './readText';
import { onHost, tableRows, tensorRows, type Rows } from './rows';

/** Rows to train on and rows to be judged on. */
export interface Source {
  readonly title: string;
  readonly columns: readonly string[];
  /** Rows of the training set; for a set of unlimited size, a sample of it. */
  readonly training: Rows;
  readonly heldOut: Rows;
  /** Position of each training and held-out row in the source, from 1; null for a set that is drawn. */
  readonly lineNumbers: { readonly training: readonly number[]; readonly heldOut: readonly number[] } | null;
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  /** A batch `[B, d]` for a step, owned by the caller; depends on the step alone. */
  batch(step: number, rng: Rng): Tensor2D;
  /** The true density, where there is one. */
  readonly truth: Toy2d | null;
}

/** Rows of a drawn set that stand for the unlimited training set, in the report and for the standardization. */
const DRAWN = 5000;
const HELD_OUT = 10_000;
/** Training rows of a table at least. */
const LEAST = 4;
/** Deviation of a column at least, as a share of its mean: float32 keeps seven digits of a value. */
const RESOLVED = 1e-6;

/** Open the data of a run. */
export function openSource(config: RunConfig, rng: Rng): Source {
  return config.data.kind === 'toy'
    ? toySource(toy2d(config.data.name as Toy2dName), config, rng)
    : tableSource(readTable(config.data), config, rng);
}

/**
 * Read a numeric table.
 *
 * @throws IResNetError of kind `data` naming file, row and column.
 */
export function readTable(data: Exclude<DataConfig, { kind: 'toy' }>): Table & { readonly title: string } {
  if (data.kind === 'embedded') return { ...embedded[data.name](), title: data.name };
  const table = parseTable(readText(data.file, 'a CSV file'), {
    file: data.file,
    ...(data.columns && { columns: data.columns }),
  });
  const title = data.file
    .split(/[\\/]/)
    .pop()!
    .replace(/\.\w+$/, '');
  return { ...table, title };
}

const embedded = { faithful, iris, quakes } as const;

function toySource(toy: Toy2d, config: RunConfig, rng: Rng): Source {
  const draw = (n: number, label: string): Rows =>
    onHost(() => tensorRows(toy.sample(n, rng.split(label)) as Tensor2D));
  const training = draw(DRAWN, 'training');
  return {
    title: toy.name,
    columns: ['x', 'y'],
    training,
    heldOut: draw(HELD_OUT, 'held out'),
    lineNumbers: null,
    ...moments(training, toy.name, ['x', 'y']),
    batch: (_step, batchRng) => toy.sample(config.batchSize, batchRng) as Tensor2D,
    truth: toy,
  };
}

function tableSource(table: Table & { title: string }, config: RunConfig, rng: Rng): Source {
  const [heldOutRows, trainingRows] = split(
    table.rows,
    [config.holdOut, 1 - config.holdOut],
    rng.split('split'),
  );
  if (trainingRows.length < LEAST || heldOutRows.length < 2) {
    const found = `${trainingRows.length} and ${heldOutRows.length} of ${table.rows} rows`;
    const what = `expected ${LEAST} rows to train on and 2 to hold out, got ${found} (hold-out share ${config.holdOut.toPrecision(3)})`;
    throw new IResNetError('data', table.title, what);
  }
  const training = tableRows(takeRows(table, trainingRows));
  const { mean, deviation } = moments(training, table.title, table.columns);
  const { count, width, values } = training;
  const all = tensor2d(Float32Array.from(values), [count, width]);
  const spread = tensor1d(deviation.map((s) => s * config.noise));
  const size = Math.min(config.batchSize, count);
  const order = rng.split('order');
  return {
    title: table.title,
    columns: table.columns,
    training,
    heldOut: tableRows(takeRows(table, heldOutRows)),
    lineNumbers: {
      training: Array.from(trainingRows, (i) => i + 1),
      heldOut: Array.from(heldOutRows, (i) => i + 1),
    },
    mean,
    deviation,
    batch: (step, batchRng) =>
      tidy(() => {
        const indices = batches(count, size, order, step).next().value;
        const rows = gather(all, tensor1d(Int32Array.from(indices), 'int32'));
        return config.noise > 0 ? add(rows, mul(batchRng.normal([size, width]), spread)) : rows;
      }),
    truth: null,
  };
}

/** Mean and deviation of each column. A constant column has no density, and one that float32 cannot hold no gradient. */
function moments(
  rows: Rows,
  title: string,
  columns: readonly string[],
): { mean: number[]; deviation: number[] } {
  const { count, width, values } = rows;
  const mean = new Array<number>(width).fill(0);
  const square = new Array<number>(width).fill(0);
  for (let i = 0; i < values.length; i++) mean[i % width]! += values[i]! / count;
  for (let i = 0; i < values.length; i++) square[i % width]! += (values[i]! - mean[i % width]!) ** 2 / count;
  const deviation = square.map(Math.sqrt);
  const refuse = (what: string, wrong: (j: number) => boolean): void => {
    const names = columns.filter((_, j) => wrong(j));
    if (names.length > 0) throw new IResNetError('data', title, `${what} ${names.join(', ')}`);
  };
  refuse(
    'expected columns that vary, got the same value in every training row of',
    // The rounding of the mean leaves a trace of variance.
    (j) => deviation[j]! <= 1e-14 * Math.abs(mean[j]!),
  );
  refuse(
    'expected values that 32-bit floats can tell apart (subtract an offset, change the unit), got others in',
    (j) => !(deviation[j]! > RESOLVED * Math.abs(mean[j]!) && deviation[j]! > 1e-30 && deviation[j]! < 1e30),
  );
  return { mean, deviation };
}
