import { tensor1d, tensor2d, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core';
import { createRng, restoreRng } from '@iresnet/core';
import { described } from '@iresnet/core/internal';
import { imageBatch, withLevels, type Images, type Table } from '@iresnet/datasets';
import { discrete } from './columns/discrete';
import { allColumns, contextOf, contextSize } from './columns/given';
import { contentKey, joinedKey, type Key } from './contentKey';
import type { ImageInput, TableInput } from './input';
import type { Pipeline } from './pipeline';
import { role, type Roles } from './columns/roles';
import { selected } from './columns/selected';
import { standardized } from './standardized';
import type { Drawn } from './toData';
import { unusableRow, type Unusable } from './unusable';
import { wrongKind } from './wrongKind';

/**
 * What the functions of this package take: a table, whose columns are found by their names; rows of
 * numbers in the order of the model's columns; images of the model's size; or what a function of
 * this package drew from the same model.
 */
export type Data = Table | readonly (readonly number[])[] | Images | Drawn;

/** Data that was not drawn. */
type Examples = Exclude<Data, Drawn>;

/**
 * The noise within the steps of whole numbers: a random draw, by its number, which goes with the
 * row; or place `index` of some that fill the steps evenly.
 */
export type Noise = number | { readonly index: number; readonly of: number };

/** Data in the form of a model, any range of which can be put on the device. */
export interface Batches {
  readonly count: number;
  /** Event shape: `[d]`, or `[h, w, c]`. */
  readonly shape: readonly number[];
  /**
   * Rows that are not numbers, or whose distance to the mean, squared, float32 cannot hold (some
   * 2·10¹⁹ deviations), in order. A batch has zeros in their place.
   */
  readonly unusable: readonly Unusable[];
  /**
   * Examples `from` to `to` as the device gets them, `[B, ...shape]`, owned by the caller: rows
   * transformed, standardized and whitened, with the context behind them where columns are given;
   * images with a pixel in the middle of its level.
   *
   * @param levels - Seed of the noise within the levels of images, for a density. It goes with the
   * content of an image. Tables take none.
   * @param noise - On the whole numbers of a table; draw 0 by default.
   */
  batch(from: number, to: number, levels?: number, noise?: Noise): Tensor;
  /** How many whole numbers of a row are asked for at most: the noise has as many coordinates. */
  readonly wholeNumbers: number;
  /** Row i in the units of the data, as it was given, with the given columns; absent for images. */
  row?(i: number): ArrayLike<number>;
  /**
   * Row i with its noise, and z, what the network takes in its place in float64; absent for images.
   */
  exact?(i: number): { readonly row: Float64Array; readonly z: Float64Array };
  /** ln|∂x/∂z| at row i, nats: its density is that of what the device gets less this. */
  logVolume?(i: number, noise?: Noise): number;
  /** Row i with the columns that are asked for as of a z; of a masked network alone. */
  complete?(i: number, z: ArrayLike<number>, noise?: Noise): Float64Array;
  /** 64 bits that go with the content of example i, as the device gets it. */
  key(i: number): Key;
  /** Why example i, whose density is not finite, cannot be judged. */
  blame(i: number): Unusable;
}

/**
 * See data as the examples of a model.
 *
 * @throws IResNetError of kind `data` when a column is missing, or the size of the images differs.
 */
export function batchesOf(
  where: string,
  pipeline: Pick<Pipeline, 'input' | 'model'>,
  data: Data,
  ask?: Ask,
): Batches {
  const { input } = pipeline;
  const given = isDrawn(data) ? undrawn(where, input, data) : data;
  return input.kind === 'table' ? ofRows(where, pipeline, input, given, ask) : ofImages(where, input, given);
}

/** Draws of a model as the table or the images that they are. */
function undrawn(where: string, input: TableInput | ImageInput, { count, shape, values }: Drawn): Examples {
  const wanted = input.kind === 'table' ? [input.columns.length] : input.shape;
  if (shape.join() !== wanted.join())
    throw wrongKind(where, `draws of shape [${wanted.join()}]`, `[${shape.join()}]`);
  return input.kind === 'table'
    ? { columns: input.columns, rows: count, values: values as Float64Array }
    : { count, shape: input.shape, images: values as Uint8Array, levels: input.levels };
}

/** What a masked network is asked for of a row; without it the joint density of all columns. */
export type Ask = (row: ArrayLike<number>, columns: number) => Roles;

function ofRows(
  where: string,
  pipeline: Pick<Pipeline, 'input' | 'model'>,
  input: TableInput,
  data: Examples,
  ask?: Ask,
): Batches {
  const all = allColumns(input);
  const d = input.columns.length;
  const width = all.columns.length;
  if (isImages(data)) throw wrongKind(where, `a table with the columns ${all.columns.join(', ')}`, 'images');
  const { rows, values } = isTable(data) ? selected(where, all, data) : fromLists(where, width, data);
  const { host, masked: known } = standardized(pipeline);
  const masked = ask ? known : null;
  const whole = discrete(input.kinds);
  const given = (i: number): Float64Array => values.subarray(i * width, (i + 1) * width) as Float64Array;
  const roles = (i: number): Roles => ask!(given(i), d);
  const rowOf = (i: number, noise: Noise = 0): Float64Array => {
    if (!whole) return given(i);
    const asked = masked ? roles(i) : null;
    if (typeof noise === 'object') return whole.placed(given(i), asked, noise.index, noise.of);
    const row = whole.keyed(given(i), noise);
    return asked ? whole.centered(row, asked) : row;
  };
  /** With the context behind it, of a masked network. */
  const z = (i: number, noise?: Noise): Float64Array => {
    const row = rowOf(i, noise);
    // What is missing is not looked at, or to be drawn.
    if (masked)
      return masked.toModel(
        host!.inDeviations(row).map((u, j) => (Number.isNaN(row[j]!) ? 0 : u)),
        roles(i),
      );
    return host?.toModel(row) ?? Float64Array.from(row.subarray(0, d));
  };
  const k = masked ? 3 * d : input.given ? contextSize(input.given) : 0;
  const context = (i: number): number[] => (input.given ? contextOf(input.given, given(i).subarray(d)) : []);
  const flawed = (i: number): boolean =>
    whole !== null && given(i).some((value, j) => whole.flaw(value, j) !== null);
  const deviations = (i: number): Float64Array => {
    const own = host?.inDeviations(rowOf(i)) ?? rowOf(i).subarray(0, d);
    const { mean = [], deviation = [] } = input.given ?? {};
    return Float64Array.from(given(i), (x, j) => (j < d ? own[j]! : (x - mean[j - d]!) / deviation[j - d]!));
  };
  // Who read the row knows best why it holds no value.
  const unread = new Map((isTable(data) ? data.flaws : undefined)?.map((flaw) => [flaw.row, flaw]));
  const blame = (i: number): Unusable => {
    const flaw = unread.get(i);
    if (flaw && !(masked && flaw.empty))
      return { index: i, column: flaw.column, missing: true, reason: flaw.reason };
    if (masked && given(i).every(Number.isNaN))
      return { index: i, column: null, missing: true, reason: 'expected a value in a column, got none' };
    // A missing value of a masked network is not to blame.
    const far = deviations(i).map((u, j) => (masked && Number.isNaN(given(i)[j]!) ? 0 : u));
    return unusableRow(i, all, given(i), far, host?.transforms);
  };
  /** Whether a row cannot be read, or has no value that is asked for. */
  const nothing = (i: number): boolean =>
    masked !== null && ((unread.has(i) && !unread.get(i)!.empty) || !roles(i).includes(role.asked));
  const askedWholeNumbers = (): number => {
    if (!whole) return 0;
    let most = 0;
    for (let i = 0; i < rows; i++) most = Math.max(most, whole.asked(masked ? roles(i) : null));
    return most;
  };
  const unusable: Unusable[] = [];
  const without = new Set<number>();
  for (let i = 0; i < rows; i++) {
    // The density has the square of the distance in it.
    const far = z(i).reduce((sum, value) => sum + value * value, 0);
    const fits = Number.isFinite(Math.fround(far)) && !flawed(i) && !nothing(i);
    if (fits && context(i).every(Number.isFinite)) continue;
    without.add(i);
    unusable.push(blame(i));
  }
  return {
    count: rows,
    shape: [d],
    unusable,
    wholeNumbers: askedWholeNumbers(),
    batch(from, to, _, noise) {
      const chosen = new Float32Array((to - from) * (d + k));
      for (let i = from; i < to; i++) {
        if (without.has(i)) continue;
        chosen.set(z(i, noise), (i - from) * (d + k));
        chosen.set(context(i), (i - from) * (d + k) + d);
      }
      return tensor2d(chosen, [to - from, d + k]);
    },
    // −0 + 0 is 0, so that the two zeros are one content.
    key: (i) => contentKey(new Uint32Array(Float32Array.from(z(i), (value) => value + 0).buffer)),
    row: given,
    exact: (i) => ({ row: rowOf(i), z: z(i) }),
    ...(host && {
      logVolume: (i: number, noise?: Noise) =>
        masked ? masked.logVolume(rowOf(i, noise), roles(i)) : host.logVolume(rowOf(i, noise)),
    }),
    ...(masked && {
      complete: (i: number, found: ArrayLike<number>, noise?: Noise) =>
        masked.toData(found, rowOf(i, noise), roles(i)),
    }),
    blame,
  };
}

function ofImages(where: string, input: ImageInput, data: Examples): Batches {
  if (!isImages(data)) throw wrongKind(where, `images of shape [${input.shape}]`, described(data));
  if (data.shape.join() !== input.shape.join())
    throw wrongKind(where, `images of shape [${input.shape}]`, `[${data.shape}]`);
  const set = data.levels === input.levels ? data : withLevels(data, input.levels);
  const size = set.images.length / set.count;
  const key = (i: number): Key => contentKey(set.images.subarray(i * size, (i + 1) * size));
  return {
    count: set.count,
    shape: set.shape,
    unusable: [],
    wholeNumbers: 0,
    batch(from, to, levels) {
      const indices = Array.from({ length: to - from }, (_, i) => from + i);
      if (levels === undefined) return imageBatch(set, { indices });
      const common = createRng(levels).split('noise').state().key;
      return imageBatch(set, {
        indices,
        noise: (i) => restoreRng({ key: joinedKey(key(i), common), drawn: 0 }),
      });
    },
    key,
    blame: (index) => ({
      index,
      column: null,
      missing: true,
      reason: 'the model gives no finite number for it',
    }),
  };
}

function fromLists(
  where: string,
  width: number,
  rows: readonly (readonly number[])[],
): Pick<Table, 'rows' | 'values'> {
  if (!Array.isArray(rows)) throw wrongKind(where, 'a table, rows of numbers, or images', described(rows));
  rows.forEach((row, i) => {
    if (row.length !== width) throw wrongKind(where, `${width} values in row ${i}`, String(row.length));
  });
  return { rows: rows.length, values: Float64Array.from(rows.flat()) };
}

function isTable(data: Examples): data is Table {
  return !Array.isArray(data) && typeof data === 'object' && data !== null && 'columns' in data;
}

function isImages(data: Examples): data is Images {
  return !Array.isArray(data) && typeof data === 'object' && data !== null && 'images' in data;
}

function isDrawn(data: Data): data is Drawn {
  return !Array.isArray(data) && typeof data === 'object' && data !== null && 'converged' in data;
}

/** The classes of some examples as the tensor that a loss takes, `[B]` int32. */
export function labelTensor(labels: ArrayLike<number>): Tensor1D {
  return tensor1d(Int32Array.from(labels), 'int32');
}
