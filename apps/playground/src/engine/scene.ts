import { withoutStandardize, type DenseIResNet } from '@iresnet/model';
import { columnMap, type Pipeline, type TableInput } from '@iresnet/pipeline';
import { isDiscrete, type Table } from '@iresnet/datasets';
import type { Point } from '../protocol';

/** Mean and deviation of each column over the training rows: what is shown is in deviations. */
export interface Units {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** What pictures are drawn from and questions are answered by. */
export interface Scene {
  readonly pipeline: Pipeline;
  readonly input: TableInput;
  readonly units: Units;
  /** Training rows in deviations, all columns. */
  readonly points: Float32Array;
  /** Half the side of the square that is shown, in deviations. */
  readonly reach: number;
  /** The columns that are shown. */
  readonly columns: readonly [number, number];
}

/** The network on what {@link networkRows} gives, over the same variables. */
export function innerModel({ model }: Pipeline): DenseIResNet {
  return withoutStandardize(model as DenseIResNet);
}

/**
 * Whether the network gets something else than the rows in deviations: transformed or whitened
 * columns.
 */
export function hasColumnMap({ pipeline, input }: Pick<Scene, 'pipeline' | 'input'>): boolean {
  const model = pipeline.model as DenseIResNet;
  const standardizes = withoutStandardize(model) !== model;
  return (
    !standardizes || input.transforms !== undefined || model.config.flow.standardize?.factor !== undefined
  );
}

/** Rows in deviations, as a table in the units of the data; whole numbers are whole. */
export function tableOf({ input, units }: Pick<Scene, 'input' | 'units'>, shown: ArrayLike<number>): Table {
  const { columns, kinds } = input;
  const width = columns.length;
  const whole = columns.map((_, c) => kinds !== undefined && isDiscrete(kinds[c]!));
  const values = Float64Array.from(shown, (x, k) => {
    const c = k % width;
    const value = units.mean[c]! + units.deviation[c]! * x;
    return whole[c] ? Math.round(value) : value;
  });
  return { columns, rows: values.length / width, values };
}

/** Values in the units of the data, in deviations. */
export function inDeviations({ mean, deviation }: Units, values: ArrayLike<number>): Float32Array {
  const width = mean.length;
  return Float32Array.from(values, (x, k) => (x - mean[k % width]!) / deviation[k % width]!);
}

/** What the network gets in place of rows in deviations. */
export function networkRows(scene: Scene, shown: ArrayLike<number>): Float32Array {
  const { values, rows } = tableOf(scene, shown);
  const width = scene.units.mean.length;
  const { toNetwork } = columnMap(scene.pipeline);
  const found = new Float32Array(values.length);
  for (let i = 0; i < rows; i++) found.set(toNetwork(values.subarray(i * width, (i + 1) * width)), i * width);
  return found;
}

/** A row of all columns: the point in the shown ones, the others at their mean. */
export function rowAt({ units, columns }: Scene, [x, y]: Point): number[] {
  const row = new Array<number>(units.mean.length).fill(0);
  [row[columns[0]], row[columns[1]]] = [x, y];
  return row;
}

/** Two columns of rows. */
export function chosen(
  values: ArrayLike<number>,
  width: number,
  columns: readonly [number, number],
): Float32Array {
  return Float32Array.from(
    { length: (2 * values.length) / width },
    (_, k) => values[(k >> 1) * width + columns[k & 1]!]!,
  );
}
