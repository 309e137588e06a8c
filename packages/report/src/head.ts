import type { TrainingCurves } from './curves';

/** The fields that every report has: what was run, and how. The page leaves out what is absent. */
export interface ReportHead {
  /** Name of the run. It is the heading of the page. */
  readonly title: string;
  /** Where the data came from: a file, a folder, or the name of a built-in set. */
  readonly source: string;
  /** The command that makes this run again. */
  readonly command?: string;
  /** When the run ended, ISO 8601. */
  readonly date?: string;
  /** Backend of TensorFlow.js: `wasm`, `cpu`, … */
  readonly backend?: string;
  /** Seed of the random numbers. */
  readonly seed?: number;
  /** Seconds from start to end. */
  readonly wallSeconds?: number;
  /** Version of each package or runtime, by name. */
  readonly versions?: Readonly<Record<string, string>>;
  /** Optimizer steps taken. */
  readonly steps: number;
  /** Number of trainable parameters of the model. */
  readonly parameters: number;
  /** Further lines of the table of figures, such as the integral of the density over a box. */
  readonly figures?: readonly Figure[];
  /** Loss by step, and what else was recorded. */
  readonly training?: TrainingCurves;
  /** Configuration of the run, any JSON. */
  readonly config?: unknown;
}

/** How many examples each part of the data has. */
export interface Split {
  readonly train: number;
  /** Examples of the validation curve, where they are neither trained on nor held out. */
  readonly validation?: number;
  readonly heldOut: number;
}

/** One line of the table of figures. */
export interface Figure {
  readonly label: string;
  /** A number is written with four significant digits. Pass a string for another form. */
  readonly value: string | number;
  /** A remark in the last column. */
  readonly note?: string;
}
