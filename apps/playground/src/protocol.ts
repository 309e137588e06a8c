import type { State } from './state';

/** A table of the visitor, as text. */
export interface OwnTable {
  readonly title: string;
  readonly text: string;
}

/** What a run is made of. */
export interface Setup extends Omit<State, 'data' | 'path'> {
  readonly data: State['data'] | OwnTable;
}

/** How fast a run goes: steps a second. */
export type Speed = 2 | 20 | 'full';

/** From the page to the worker. */
export type ToWorker =
  | { readonly kind: 'start'; readonly run: number; readonly setup: Setup; readonly speed: Speed }
  | { readonly kind: 'play' | 'pause' | 'step' | 'drawn' | 'save' }
  | { readonly kind: 'speed'; readonly speed: Speed }
  | { readonly kind: 'columns'; readonly columns: readonly [number, number] }
  | { readonly kind: 'probe'; readonly request: number; readonly point: readonly [number, number] }
  | {
      readonly kind: 'invert';
      readonly request: number;
      readonly block: number;
      readonly from: Float32Array;
    };

/** Columns, units and points of the data of a run, before the first step. */
export interface Begun {
  readonly kind: 'begun';
  readonly title: string;
  readonly columns: readonly string[];
  /** The two columns that are shown. */
  readonly shown: readonly [number, number];
  /** Of each column over the training rows. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  readonly rows: { readonly training: number; readonly heldOut: number };
  /** Training rows in deviations from the mean, those of the shown columns, `[points, 2]`. */
  readonly points: Float32Array;
  /** Half the side of the square that is shown, in deviations. */
  readonly reach: number;
  /** What each part of the network is, first to last. */
  readonly parts: readonly Part[];
}

/** A part of the path: a scale and shift of each column, or a residual block. */
export interface Part {
  readonly kind: 'scale' | 'block' | 'fixed';
  /** Number of a block, from 0. */
  readonly block: number;
}

/** What the network does at one moment. */
export interface Frame {
  readonly kind: 'frame';
  readonly step: number;
  readonly playing: boolean;
  /** Whether the run has made its last step, and why it made no more. */
  readonly ended: string | null;
  /** New points of the curve of the training loss, `[step, loss, …]`, nats. */
  readonly training: readonly number[];
  /** All points of the held-out curve. */
  readonly heldOut: readonly number[];
  /** The loss of the true density, nats; null where it is not known, or not yet. */
  readonly truth: number | null;
  /** ln p on a square grid, row by row from the lowest, in deviations; null where it is drawn from samples. */
  readonly heat: Float32Array | null;
  /**
   * The shown columns of points and grid before the first part and after each, `[points + nodes, 2]` each.
   */
  readonly stages: readonly Float32Array[];
  readonly samples: Samples | null;
  readonly proofs: readonly BlockProof[] | null;
}

/** Draws from the model. */
export interface Samples {
  /** The shown columns in deviations, `[n, 2]`. */
  readonly points: Float32Array;
  /** Whether each inverse converged. */
  readonly converged: readonly boolean[];
}

/** What is proven about a block. */
export interface BlockProof {
  /** L ≥ Lip(g); null where no bound is known. */
  readonly bound: number | null;
  /** The steepest that g is between two neighbours of the grid that is warped. */
  readonly slope: number;
  /** The bound of each layer and activation. */
  readonly layers: readonly (number | null)[];
}

/** ln p of a point and where it comes from. */
export interface Probed {
  readonly kind: 'probed';
  readonly request: number;
  readonly step: number;
  /** In deviations. */
  readonly point: readonly number[];
  readonly z: readonly number[];
  /** ln p(z), nats. */
  readonly base: number;
  /** ln |det| of each part, nats. */
  readonly logDets: readonly number[];
  /** − Σ ln deviation, nats: the units of the data. */
  readonly units: number;
  /** ln p(x), nats, in the units of the data. */
  readonly logProb: number;
  /** The point before the first part and after each, all columns. */
  readonly stages: readonly (readonly number[])[];
}

/** How the inverse of a block is found, evaluation by evaluation. */
export interface Iteration {
  /** The iterates, the start y first, shown columns. */
  readonly points: readonly (readonly [number, number])[];
  /** A proven bound of the distance to the solution after each evaluation; Infinity where there is none. */
  readonly bounds: readonly number[];
  readonly evaluations: number;
  /** `converged`, `stalled`, `capped`, `refuted` or `non-finite`. */
  readonly outcome: string;
}

/** The answer to `invert`. */
export interface Inverted {
  readonly kind: 'inverted';
  readonly request: number;
  readonly step: number;
  readonly block: number;
  readonly lipschitz: number;
  readonly picard: Iteration;
  readonly anderson: Iteration;
}

/** The network as one file, which the command line opens. */
export interface Saved {
  readonly kind: 'saved';
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** From the worker to the page. */
export type FromWorker = (
  | { readonly kind: 'ready'; readonly backend: string }
  | { readonly kind: 'failed'; readonly message: string }
  | Begun
  | Frame
  | Probed
  | Inverted
  | Saved
) & { readonly run: number };

/** Points of the data that are shown. */
export const POINTS = 600;
/** Values of the heat map on a side. */
export const HEAT = 64;
/** The grid that is warped: lines in each direction, and nodes on a line. */
export const GRID = { lines: 17, nodes: 65 } as const;
