import type { ReportHead, Split } from './head';

/**
 * The data of a report on a table, as plain JSON: numbers, strings and arrays.
 *
 * The page has a section for each part that is there. All values are in the units of the table,
 * never standardized; logarithms are natural (nats). A row is an array of numbers in the order of
 * `columns`. JSON has no infinity and writes null: where the type is `number | null`, null means
 * −∞.
 */
export interface ReportData extends ReportHead {
  /** Column names, one for each axis. */
  readonly columns: readonly string[];
  /** What each column holds. Without it all columns are numbers. */
  readonly kinds?: readonly ColumnHolds[];
  /** How many rows each part of the split has. */
  readonly rows: Split;
  /**
   * How many of the held-out rows have no gaps, where that is not all: the model is compared with
   * other densities on these alone.
   */
  readonly completeRows?: number;
  /** Held-out log-likelihoods: first the model, then the scores that it is compared with. */
  readonly scores: readonly Score[];
  /** Rows to draw. The page shows an even selection of each part when there are too many. */
  readonly points?: ReportPoints;
  /** For two columns: the density on a grid. */
  readonly density?: DensityGrid;
  /**
   * For two columns: lines of a square grid in the latent space, mapped to the data. Each is a
   * polyline.
   */
  readonly warpedGrid?: readonly (readonly (readonly [number, number])[])[];
  /** The rows of lowest log-density, the lowest first. */
  readonly unusual?: readonly UnusualRow[];
  /** One entry for each residual block, in the order of the forward pass. */
  readonly blocks?: readonly BlockFigures[];
  /** How exactly rows come back from the latent space. */
  readonly inverse?: InverseFigures;
}

/** What a column holds, in the form of `ColumnKind` of `@iresnet/datasets`. */
export interface ColumnHolds {
  /**
   * `category`: a value is the position of a word in `values`; one beyond them is an empty cell.
   * `date` and `time`: a value counts the days since 1970-01-01. All others are numbers.
   */
  readonly kind: string;
  /** The words of a category. */
  readonly values?: readonly string[];
}

/** A mean log-likelihood on the held-out rows. */
export interface Score {
  /** `This model`, `Gaussian`, `Kernel density`, `True density`, … */
  readonly label: string;
  /**
   * A model may beat a baseline. On average it cannot beat the truth: the log-density of the true
   * distribution.
   */
  readonly role: 'model' | 'baseline' | 'truth';
  /** Mean log-density of a row, nats. */
  readonly value: number;
  /** Standard error of `value`, nats. Absent where the value is exact. */
  readonly standardError?: number;
  /**
   * The mean of model − this, row by row, over the rows that both judge. Without it the page
   * subtracts the two means, which is right where both are means of the same rows.
   */
  readonly difference?: Difference;
  readonly note?: string;
}

/** A mean difference of log-densities, nats. */
export interface Difference {
  readonly value: number;
  /**
   * Standard error of `value`. Of differences row by row it is smaller than the two errors apart.
   */
  readonly standardError?: number;
}

/** Rows of each kind, `columns.length` numbers each. */
export interface ReportPoints {
  readonly train: readonly (readonly number[])[];
  readonly heldOut: readonly (readonly number[])[];
  /** Rows that were drawn from the model. */
  readonly samples: readonly (readonly number[])[];
}

/** log p at the centres of the nx × ny equal cells of a rectangle. 150 × 150 cells are enough. */
export interface DensityGrid {
  /** Ends of the rectangle along the first column. */
  readonly x: readonly [number, number];
  /** Ends of the rectangle along the second column. */
  readonly y: readonly [number, number];
  readonly nx: number;
  readonly ny: number;
  /** The cell (i, j) is at `j * nx + i`, counted from the lower left corner, i along x. */
  readonly logDensity: readonly (number | null)[];
  /**
   * The true log-density, where it is known. It is drawn beside the model's, on the same colour
   * scale.
   */
  readonly trueLogDensity?: readonly (number | null)[];
}

/** A row that the model finds improbable. */
export interface UnusualRow {
  /** Its number in the table, counted from 1. */
  readonly row: number;
  readonly values: readonly number[];
  readonly logDensity: number | null;
}

/** A residual block x + g(x). */
export interface BlockFigures {
  /** `0`, `1`, … or a name. */
  readonly label: string;
  /** Proven upper bound of Lip(g). The block is invertible when it is below 1. */
  readonly lipschitzBound: number;
}

/** How exact the inverse is. Lengths are in standard deviations of the columns. */
export interface InverseFigures {
  /** How many rows were mapped there and back: held-out rows and samples together. */
  readonly rows: number;
  /** max |x − F⁻¹(F(x))| over held-out rows and all columns. */
  readonly largestError: number;
  /** max |F(x) − z| over new samples x = F⁻¹(z), in the latent space. */
  readonly latentError?: number;
  /** The largest error of a single solve that the solver itself proves. */
  readonly errorBound?: number;
  /** Mean evaluations of a residual branch until its block was inverted. */
  readonly evaluationsPerBlock?: number;
}
