import { IResNetError } from '@iresnet/core';
import { checkOptions, didYouMean, ensure } from '@iresnet/core/internal';
import { takeRows, type Table } from '@iresnet/datasets';
import { allColumns } from './columns/given';
import type { Pipeline } from './pipeline';
import { score, type ScoreOptions } from './score';
import { standardized } from './standardized';

/** Options of {@link explain}. */
export interface ExplainOptions extends Pick<ScoreOptions, 'seed' | 'probes'> {
  /** Columns that are named of a row at most. Default 3. */
  readonly most?: number;
}

/** A column that makes a row improbable. */
export interface Reason {
  readonly column: string;
  /** A usual value of it beside the other values of the row. */
  readonly usual: number;
  /**
   * ln p with that value − ln p of the row, nats, above 0; Infinity where the row has no density.
   */
  readonly gain: number;
}

/** Values that are scored at once. */
const SCORED = 65_536;
/** Nats below the best value of a column within which a value is usual too. */
const NEAR = 1;

/**
 * The columns that make rows improbable: for column j the gain ln p(x with xⱼ = v) − ln p(x) of a
 * usual value v.
 *
 * The values that are tried are 16 quantiles of the column that the calibration of a pipeline
 * keeps. Of those whose density is within one nat of the best, the nearest to xⱼ is the usual one.
 * So a column is named for what it is beside the other columns of its row: 1.8 m is a usual height,
 * and 20 kg beside it is not a usual weight. The density of each changed row is that of `score`;
 * only the choice among 16 values is coarse. A gain of g nats means that the row would be eᵍ
 * times as likely. One column is changed at a time: where two are wrong together, the gain of each
 * may be small.
 *
 * @param pipeline - A density of rows with a calibration.
 * @param table - Rows. A missing value, NaN, is a reason too: what is usual in its place; but for a
 * masked model, which scores the values that are there.
 * @returns Of each row the columns with the largest gains, the largest first; none where no change
 * of one column makes it more likely. Cost: 16 scores for each column of a row. Memory does not
 * grow with the rows but for the result.
 * @throws IResNetError (argument) for a pipeline without a calibration, (data) for a table that
 * does not fit.
 *
 * @example
 * ```ts
 * import { faithful } from '@iresnet/datasets';
 * import { calibrate, defaultRecipe, explain, tableSource, train } from '@iresnet/pipeline';
 *
 * const recipe = { ...defaultRecipe('table'), steps: 5 };
 * const source = tableSource('faithful', faithful(), recipe);
 * const pipeline = await calibrate((await train(source, recipe)).pipeline, source);
 * const columns = ['eruptions', 'waiting'];
 * const [reasons] = await explain(pipeline, { columns, rows: 1, values: Float64Array.of(3.6, 500) });
 * console.log(reasons![0]); // { column: 'waiting', usual: some 80 minutes, gain: … }
 * ```
 */
export async function explain(
  pipeline: Pipeline,
  table: Table,
  options: ExplainOptions = {},
): Promise<Reason[][]> {
  const where = 'pipeline.explain';
  checkOptions(where, options, { most: true, seed: true, probes: true });
  const { most = 3, ...scoring } = options;
  ensure(Number.isInteger(most) && most >= 1, where, () => `expected an integer most ≥ 1, got ${most}`);
  const { calibration, ...plain } = pipeline;
  const { input } = plain;
  ensure(
    input.kind === 'table' && calibration !== undefined,
    where,
    () => 'expected a density of rows with a calibration, got another model',
  );
  const { values: tried } = calibration;
  const masked = standardized(plain).masked !== null;
  const { columns } = allColumns(input);
  const perRow = 1 + tried.reduce((sum, { length }) => sum + length, 0);
  const found: Reason[][] = [];
  for (let from = 0; from < table.rows;) {
    const to = Math.min(table.rows, from + Math.max(1, Math.floor(SCORED / perRow)));
    const changed = variations(takeRows(table, range(from, to)), columns, tried, perRow);
    const { logProb } = await score(plain, changed, scoring);
    for (let i = 0; i < to - from; i++) {
      const own = logProb!.subarray(i * perRow, (i + 1) * perRow);
      const row = changed.values.subarray(i * perRow * columns.length);
      found.push(reasonsOf(own, row, input.columns, tried, masked).slice(0, most));
    }
    from = to;
  }
  return found;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

/** Each row as it is, then with each value of each column. */
function variations(
  { columns: given, rows, values }: Table,
  columns: readonly string[],
  tried: readonly (readonly number[])[],
  perRow: number,
): Table {
  const d = columns.length;
  const at = columns.map((name) => {
    const found = given.indexOf(name);
    if (found >= 0) return found;
    const what = `expected a column '${name}', got ${given.join(', ')}${didYouMean(name, given)}`;
    throw new IResNetError('data', 'pipeline.explain', what);
  });
  const all = new Float64Array(rows * perRow * d);
  let next = 0;
  for (let i = 0; i < rows; i++) {
    const row = at.map((j) => values[i * given.length + j]!);
    const put = (j: number, value: number): void => {
      all.set(row, next);
      if (j >= 0) all[next + j] = value;
      next += d;
    };
    put(-1, 0);
    tried.forEach((some, j) => some.forEach((value) => put(j, value)));
  }
  return { columns, rows: rows * perRow, values: all };
}

function reasonsOf(
  logProb: Float64Array,
  row: ArrayLike<number>,
  columns: readonly string[],
  tried: readonly (readonly number[])[],
  masked: boolean,
): Reason[] {
  const own = Number.isNaN(logProb[0]!) ? -Infinity : logProb[0]!;
  let next = 1;
  const reasons = columns.flatMap((column, j): Reason[] => {
    const changed = logProb.subarray(next, (next += tried[j]!.length));
    const best = changed.reduce((most, value) => (value > most ? value : most), -Infinity);
    // The marginal of fewer columns is not less likely than the density of all.
    if (!(best > own) || (masked && Number.isNaN(row[j]!))) return [];
    let chosen = -1;
    // Nothing is near a missing value: the best one is wanted then.
    const distance = (k: number): number => {
      const far = Math.abs(tried[j]![k]! - row[j]!);
      return Number.isFinite(far) ? far : best - changed[k]!;
    };
    changed.forEach((value, k) => {
      if (value >= best - NEAR && value > own && (chosen < 0 || distance(k) < distance(chosen))) chosen = k;
    });
    return [{ column, usual: tried[j]![chosen]!, gain: changed[chosen]! - own }];
  });
  return reasons.sort((a, b) => (a.gain === b.gain ? 0 : b.gain - a.gain));
}
