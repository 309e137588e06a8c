import {
  add,
  mul,
  tensor1d,
  tensor2d,
  tidy,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { IResNetError, type Rng } from '@iresnet/core';
import { didYouMean } from '@iresnet/core/internal';
import {
  batches,
  datasetRecord,
  encodeLabels,
  split,
  takeRows,
  toy2d,
  type DatasetName,
  type LabelledTable,
  type Table,
  type Toy2d,
} from '@iresnet/datasets';
import { readTableFile } from '@iresnet/datasets/node';
import { accessSync, constants } from 'node:fs';
import { labelOf, type DataConfig, type RunConfig } from './config';
import { reading } from './readText';
import { onHost, tableRows, tensorRows, type Rows } from './rows';

/** Rows to train on and rows to be judged on. All of them on the host; the device holds a batch. */
export interface Source {
  readonly title: string;
  readonly columns: readonly string[];
  /** Rows of the training set, in random order; for a set of unlimited size, a sample of it. */
  readonly training: Rows;
  /** In random order. */
  readonly heldOut: Rows;
  /** Position of each training and held-out row in the source, from 1; null for a set that is drawn. */
  readonly lineNumbers: { readonly training: Uint32Array; readonly heldOut: Uint32Array } | null;
  /** The class of each row, where there is a label column. */
  readonly labels: RowLabels | null;
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  /** A batch for a step, owned by the caller; depends on the step alone. */
  batch(step: number, rng: Rng): RowBatch;
  /** The true density, where there is one. */
  readonly truth: Toy2d | null;
}

/** The classes of a source. */
export interface RowLabels {
  readonly column: string;
  readonly classes: readonly string[];
  /** Position in `classes`, one a row. */
  readonly training: Int32Array;
  readonly heldOut: Int32Array;
}

/** Rows on the device. */
export interface RowBatch {
  /** `[B, d]`. */
  readonly x: Tensor2D;
  /** `[B]`, int32; where there is a label column. */
  readonly labels?: Tensor1D;
  readonly [name: string]: Tensor | undefined;
}

/** Rows of a drawn set that stand for the unlimited training set, in the report and for the standardization. */
const DRAWN = 5000;
const HELD_OUT = 10_000;
/** Training rows of a table at least. */
const LEAST = 4;
/** Deviation of a column at least, as a share of its mean: float32 keeps seven digits of a value. */
const RESOLVED = 1e-6;
/** Classes at most: with more, a column holds names or measurements. */
const MOST_CLASSES = 1000;

/** Open the data of a run. */
export async function openSource(config: RunConfig, rng: Rng): Promise<Source> {
  return config.data.kind === 'toy'
    ? toySource(toy2d(config.data.name), config, rng)
    : tableSource(await readTable(config.data), config, rng);
}

/** A table with its name and, where one was asked for, a label for each row. */
type NamedTable = Table & Partial<LabelledTable> & { readonly title: string };

/**
 * Read a numeric table: CSV, compressed or not, or npy.
 *
 * @throws IResNetError of kind `data` naming file, row and column.
 */
export async function readTable(data: Exclude<DataConfig, { kind: 'toy' }>): Promise<NamedTable> {
  const label = labelOf(data);
  if (data.kind === 'embedded') return { ...embeddedTable(data.name, label), title: data.name };
  const { file, columns } = data;
  checkReadable(file);
  const options = { ...(columns && { columns }), ...(label !== undefined && { label }) };
  const title = file
    .split(/[\\/]/)
    .pop()!
    .replace(/\.gz$/i, '')
    .replace(/\.\w+$/, '');
  return { ...(await readTableFile(file, options)), title };
}

/** Say in our own words what stands in the way of reading a table. */
export function checkReadable(file: string): void {
  reading(file, 'a CSV file', () => accessSync(file, constants.R_OK));
}

/** A table that ships with the program; its labels only where their column was named. */
function embeddedTable(
  name: DatasetName<'table'>,
  label: string | undefined,
): Table & Partial<LabelledTable> {
  const table: Table & Partial<LabelledTable> = datasetRecord(name, 'table').load();
  const { columns, rows, values } = table;
  if (label === undefined) return { columns, rows, values };
  if (table.label?.toLowerCase() === label.toLowerCase()) return table;
  const known = table.label === undefined ? [] : [table.label];
  const found = known.length === 0 ? 'no column of classes in it' : known.join(', ');
  const what = `expected a column '${label}', found ${found}${didYouMean(label, known)}`;
  throw new IResNetError('data', name, what);
}

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
    labels: null,
    ...moments(training, toy.name, ['x', 'y']),
    batch: (_step, batchRng) => ({ x: toy.sample(config.batchSize, batchRng) as Tensor2D }),
    truth: toy,
  };
}

function tableSource(table: NamedTable, config: RunConfig, rng: Rng): Source {
  const { title, columns, rows, values } = table;
  const [heldOutRows, trainingRows] = split(rows, [config.holdOut, 1 - config.holdOut], rng.split('split'));
  if (trainingRows.length < LEAST || heldOutRows.length < 2) {
    const found = `${trainingRows.length} and ${heldOutRows.length} of ${rows} rows`;
    const what = `expected ${LEAST} rows to train on and 2 to hold out, got ${found} (hold-out share ${config.holdOut.toPrecision(3)})`;
    throw new IResNetError('data', title, what);
  }
  const plain: Table = { columns, rows, values };
  const training = tableRows(takeRows(plain, trainingRows));
  const { mean, deviation } = moments(training, title, columns);
  const labels = labelsOf(table, config, trainingRows, heldOutRows);
  const { count, width } = training;
  const size = Math.min(config.batchSize, count);
  const indicesOf = inOrder((step) => batches(count, size, rng.split('order'), step));
  return {
    title,
    columns,
    training,
    heldOut: tableRows(takeRows(plain, heldOutRows)),
    lineNumbers: { training: trainingRows.map((i) => i + 1), heldOut: heldOutRows.map((i) => i + 1) },
    labels,
    mean,
    deviation,
    batch(step, batchRng) {
      const indices = indicesOf(step);
      const x = tidy(() => {
        const chosen = tensor2d(gathered(training, indices), [size, width]);
        if (config.noise === 0) return chosen;
        const spread = tensor1d(deviation.map((s) => s * config.noise));
        return add(chosen, mul(batchRng.normal([size, width]), spread)) as Tensor2D;
      });
      if (labels === null) return { x };
      return {
        x,
        labels: tensor1d(
          Int32Array.from(indices, (i) => labels.training[i]!),
          'int32',
        ),
      };
    },
    truth: null,
  };
}

function labelsOf(
  { title, labels }: NamedTable,
  { data }: RunConfig,
  training: Uint32Array,
  heldOut: Uint32Array,
): RowLabels | null {
  if (labels === undefined) return null;
  const column = labelOf(data)!;
  const { classes, indices } = encodeLabels(labels);
  if (classes.length < 2 || classes.length > MOST_CLASSES) {
    const what = `expected 2 to ${MOST_CLASSES} classes in '${column}', found ${classes.length}`;
    throw new IResNetError('data', title, what);
  }
  const at = (rows: Uint32Array): Int32Array => Int32Array.from(rows, (row) => indices[row]!);
  return { column, classes, training: at(training), heldOut: at(heldOut) };
}

/** The items of a sequence by their step, without going over it again as long as the steps come in order. */
function inOrder<T>(from: (step: number) => Iterator<T, never>): (step: number) => T {
  let next = -1;
  let sequence: Iterator<T, never> | undefined;
  return (step) => {
    if (sequence === undefined || step !== next) sequence = from(step);
    next = step + 1;
    return sequence.next().value;
  };
}

/** Rows by their indices as float32, on the host. */
function gathered({ values, width }: Rows, indices: Uint32Array): Float32Array {
  const chosen = new Float32Array(indices.length * width);
  for (let i = 0; i < indices.length; i++) {
    const from = indices[i]! * width;
    for (let c = 0; c < width; c++) chosen[i * width + c] = values[from + c]!;
  }
  return chosen;
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
