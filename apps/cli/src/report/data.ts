/**
 * What a report shows, as plain JSON: numbers, strings, arrays. A section appears when its part is there.
 *
 * Everything is in the units of the table, never standardized; logarithms are natural (nats). Points are rows of numbers in the order of
 * `columns`. JSON knows no infinity and writes null: where `number | null` stands, null means −∞.
 */
export interface ReportData {
  /** Name of the run, the heading. */
  readonly title: string;
  /** The command line that makes this run again. */
  readonly command: string;
  /** When the run ended, ISO 8601. */
  readonly date: string;
  /** `wasm`, `cpu`, … */
  readonly backend: string;
  readonly seed: number;
  /** Seconds from start to end. */
  readonly wallSeconds: number;
  /** Package or runtime to version. */
  readonly versions: Readonly<Record<string, string>>;
  /** Where the rows came from: a file name, or the name of a built-in set. */
  readonly source: string;
  /** Column names, one an axis. */
  readonly columns: readonly string[];
  /** How many rows each part of the split has. */
  readonly rows: { readonly train: number; readonly validation?: number; readonly heldOut: number };
  /** Optimizer steps taken. */
  readonly steps: number;
  /** Trainable numbers of the model. */
  readonly parameters: number;
  /** Held-out log-likelihoods: the model first, then what it is measured against. */
  readonly scores: readonly Score[];
  /** Further lines of the table of figures, such as the integral of the density over a box. */
  readonly figures: readonly Figure[];
  /** Rows to draw. The renderer thins each part evenly where there are more than it can show. */
  readonly points?: ReportPoints;
  /** For two columns: the density on a grid. */
  readonly density?: DensityGrid;
  /** For two columns: the images of straight lines of the latent space, each a polyline of [x, y] in data units. */
  readonly warpedGrid?: readonly (readonly (readonly [number, number])[])[];
  readonly training?: TrainingCurves;
  /** The rows of lowest log-density, the lowest first. */
  readonly unusual?: readonly UnusualRow[];
  /** One entry a residual block, in the order of the forward pass. */
  readonly blocks?: readonly BlockFigures[];
  readonly inverse?: InverseFigures;
  /** The configuration of the run; anything JSON. */
  readonly config?: unknown;
}

/** A mean log-likelihood on the held-out rows. */
export interface Score {
  /** `This model`, `Gaussian`, `Kernel density`, `True density`, … */
  readonly label: string;
  /** A baseline may be beaten; the truth, −H of the distribution or its mean log-density on the same rows, may not. */
  readonly role: 'model' | 'baseline' | 'truth';
  /** Mean log-density of a row, nats. */
  readonly value: number;
  /** Standard error of `value`, nats; absent where it is exact. */
  readonly standardError?: number;
  /** Standard error of the mean difference model − this, row by row on the same rows: smaller than the two apart. */
  readonly differenceError?: number;
  readonly note?: string;
}

/** One line of the table of figures. A number is written with four significant digits; pass a string for another form. */
export interface Figure {
  readonly label: string;
  readonly value: string | number;
  readonly note?: string;
}

/** Points of each kind, one array of `columns.length` numbers a row. */
export interface ReportPoints {
  readonly train: readonly (readonly number[])[];
  readonly heldOut: readonly (readonly number[])[];
  /** Drawn from the model. */
  readonly samples: readonly (readonly number[])[];
}

/** log p at the centres of the nx × ny equal cells of a rectangle. 150 × 150 is plenty. */
export interface DensityGrid {
  /** Edges of the rectangle along the first column. */
  readonly x: readonly [number, number];
  /** Edges along the second column. */
  readonly y: readonly [number, number];
  readonly nx: number;
  readonly ny: number;
  /** The cell (i, j) counted from the lower left corner, i along x, is at `j * nx + i`. */
  readonly logDensity: readonly (number | null)[];
  /** The same of the true density where it is known; it is drawn beside, on the same colour scale. */
  readonly trueLogDensity?: readonly (number | null)[];
}

/** Numbers by step. Both arrays have the same length. */
export interface Curve {
  readonly step: readonly number[];
  readonly value: readonly number[];
}

/** Losses are negative log-likelihoods, nats a row. */
export interface TrainingCurves {
  readonly train: Curve;
  readonly validation?: Curve;
  readonly learningRate?: Curve;
  /** The step whose weights were kept. */
  readonly bestStep?: number;
}

/** A row that the model finds improbable. */
export interface UnusualRow {
  /** Its number in the table, the first row being 1. */
  readonly row: number;
  readonly values: readonly number[];
  readonly logDensity: number | null;
}

/** A residual block. */
export interface BlockFigures {
  /** `0`, `1`, … or a name. */
  readonly label: string;
  /** Proven upper bound of Lip(g); below 1 the block is invertible. */
  readonly lipschitzBound: number;
  /** Most fixed-point steps that a row took to invert this block. */
  readonly inverseSteps?: number;
}

/** What came of mapping rows to the latent space and back. */
export interface InverseFigures {
  /** How many rows were mapped. */
  readonly rows: number;
  /** max |x − F⁻¹(F(x))| over rows and columns, in data units. */
  readonly largestError: number;
  /** A-posteriori bound of the error that the solver itself reported, the largest over rows, if it has one. */
  readonly errorBound?: number;
}
