/** What a table is like, as far as it decides a recipe. */
export interface TableKind {
  /** Rows in all, those that are held out included. */
  readonly rows: number;
  readonly columns: number;
}

/** What {@link tableSettings} decides: fields of a recipe, and of its network. */
export interface TableSettings {
  readonly steps: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly holdOut: number;
  readonly validation: number;
  readonly validateEvery: number;
  readonly patience: number;
  readonly noise: number;
  readonly blocks: number;
  readonly hidden: readonly number[];
  readonly base?: typeof CLUSTERS;
}

/** Rows to judge on where there are more than enough: the mean of 2000 is right to 0.05 nats or so. */
const JUDGED = 2000;
/** Rows below which every one counts, and from which a table can feed many steps. */
const [SMALL, LARGE] = [500, 4000];

/** A base for data in clusters. */
export const CLUSTERS = { kind: 'mixture', components: 16 } as const;

/**
 * The settings of a recipe that follow from the size of a table, n rows of d columns.
 *
 * - A fifth of the rows is held out, a tenth of a large table and 2000 rows at most. Of the others some
 *   choose the best model: 15 % of a small table, where a handful decides nothing, else 10 %.
 * - The noise σ has σ² = d/4n in whitened directions, n the rows that are trained on. The covariance of n
 *   rows misses about the share d/n of the variance of a new row: noise gives a part of it back, early
 *   stopping the rest.
 * - A small table gets few blocks: they learn as much from it, in less time. A large one gets more steps.
 * - A large table has a mixture as its base: a contraction can hardly pull clusters out of one normal, and
 *   the rows suffice for the weights of 16.
 *
 * @param table - Default 300 rows of 5 columns.
 */
export function tableSettings({ rows, columns }: TableKind = { rows: 300, columns: 5 }): TableSettings {
  const [small, large] = [rows < SMALL, rows >= LARGE];
  const holdOut = rounded(Math.min(JUDGED / rows, Math.max(2 / rows, large ? 0.1 : 0.2)));
  const validation = small ? 0.15 : 0.1;
  const noise = Math.sqrt(columns / (4 * Math.max(1, rows * (1 - holdOut - validation))));
  return {
    holdOut,
    validation,
    steps: large ? 1000 : 400,
    validateEvery: large ? 50 : 20,
    patience: 8,
    batchSize: small ? 128 : 256,
    learningRate: 0.005,
    noise: rounded(Math.min(0.5, Math.max(0.01, noise))),
    blocks: small ? 6 : 8,
    hidden: [64, 64],
    ...(large && { base: CLUSTERS }),
  };
}

/** Two digits, as a person would write it. */
function rounded(value: number): number {
  return Number(value.toPrecision(2));
}
