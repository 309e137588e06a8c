import type { Recipe } from './recipe';

/** What a table is like, as far as it decides a recipe. */
export interface TableKind {
  /** Rows in all, those that are held out included. */
  readonly rows: number;
  readonly columns: number;
}

/** What {@link tableSettings} decides. */
export type TableSettings = Pick<
  Recipe,
  | 'steps'
  | 'batchSize'
  | 'learningRate'
  | 'holdOut'
  | 'validation'
  | 'validateEvery'
  | 'patience'
  | 'noise'
  | 'noiseEnd'
> & { readonly blocks: number; readonly hidden: readonly number[] };

/** Rows to judge on where there are more than enough: the mean of 2000 is right to 0.05 nats or so. */
const JUDGED = 2000;
/** Rows from which a table is large: it can feed a wider network, and has details to show for it. */
const LARGE = 4000;

/**
 * The settings of a recipe that depend on the size of a table.
 *
 * A fifth of the rows is held out, a tenth of a large table and 2000 rows at most; a tenth of the rest
 * chooses the best model. The noise falls during the run: it begins so large that the network learns the
 * outline of few rows, and the best moment ends it where the rows show no more detail.
 *
 * @param table - Default 300 rows of 5 columns.
 */
export function tableSettings({ rows }: TableKind = { rows: 300, columns: 5 }): TableSettings {
  const large = rows >= LARGE;
  const share = Math.min(JUDGED / rows, large ? 0.1 : 0.2);
  return {
    holdOut: Number(share.toPrecision(2)),
    validation: 0.1,
    steps: large ? 2000 : 600,
    validateEvery: large ? 50 : 20,
    patience: 10,
    batchSize: large ? 512 : 256,
    learningRate: large ? 0.004 : 0.002,
    noise: 0.5,
    noiseEnd: 0.02,
    blocks: 8,
    hidden: large ? [128, 128] : [64, 64],
  };
}
