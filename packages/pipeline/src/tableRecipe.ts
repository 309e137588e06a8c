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

/**
 * Rows to judge on: the mean of 2000 is right to 0.05 nats or so; below 20 even its error is
 * unknown.
 */
const [LEAST_JUDGED, MOST_JUDGED] = [20, 2000];
/** Rows below which every one counts; from which a table can feed many steps; and many blocks. */
const [SMALL, MANY, LARGE] = [500, 1000, 4000];

/** A base for data in clusters. */
export const CLUSTERS = { kind: 'mixture', components: 16 } as const;

/**
 * The settings of a recipe that follow from the size of a table, n rows of d columns.
 *
 * - A tenth of the rows is held out, but 20 rows at least (no more than a fifth) and 2000 at most.
 *   Of the others some choose the best model: 15 % of a small table, where a handful decides
 *   nothing, else 10 %.
 * - The noise σ has σ² = d/4n in whitened directions, n the rows that are trained on. The
 *   covariance of n rows misses about the share d/n of the variance of a new row: noise gives a
 *   part of it back, early stopping the rest.
 * - The steps are a ceiling: a run ends after five validations without a better one. From 1000 rows
 *   on a table may have more to learn than 400 steps can.
 * - A large table gets more blocks. Others learn nearly as much from five, in less time.
 * - A large table has a mixture as its base: a contraction can hardly pull clusters out of one
 *   normal, and the rows suffice for the weights of 16.
 *
 * @param table - Default 300 rows of 5 columns.
 */
export function tableSettings({ rows, columns }: TableKind = { rows: 300, columns: 5 }): TableSettings {
  const [small, large] = [rows < SMALL, rows >= LARGE];
  const judged = Math.min(MOST_JUDGED, Math.max(rows / 10, Math.min(LEAST_JUDGED, rows / 5)));
  const holdOut = rounded(Math.min(0.5, Math.max(2, judged) / rows));
  const validation = small ? 0.15 : 0.1;
  const noise = Math.sqrt(columns / (4 * Math.max(1, rows * (1 - holdOut - validation))));
  return {
    holdOut,
    validation,
    steps: rows < MANY ? 400 : 1000,
    validateEvery: rows < MANY ? 20 : large ? 50 : 25,
    patience: 5,
    batchSize: small ? 128 : 256,
    learningRate: 0.005,
    noise: rounded(Math.min(0.5, Math.max(0.01, noise))),
    blocks: large ? 8 : 5,
    hidden: [64, 64],
    ...(large && { base: CLUSTERS }),
  };
}

/** Two digits, as a person would write it. */
function rounded(value: number): number {
  return Number(value.toPrecision(2));
}
