import type { ScoreRanks } from '@iresnet/evaluation';
import type { Reason } from '@iresnet/pipeline';
import type { DigitsAnswer, DigitsQuestion } from './digitsProtocol';
import type { State } from './state';

/** A table of the visitor, as text. */
export interface OwnTable {
  readonly title: string;
  readonly text: string;
  /** The column of the classes, where it is known. */
  readonly label?: string;
}

/** A table of the visitor in Parquet or Arrow, which the worker reads. */
export interface OwnFile {
  readonly title: string;
  readonly bytes: Uint8Array;
}

/** A run folder of the visitor. */
export interface OwnRun {
  readonly title: string;
  /** Its files by their paths, or one zip file. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** The rows that it learned from, where they are not in the folder: text, Parquet or Arrow. */
  readonly rows?: string | Uint8Array;
}

/** What a run is made of. */
export interface Setup extends Omit<State, 'data' | 'path' | 'alarm' | 'view'> {
  readonly data: State['data'] | OwnTable | OwnFile | OwnRun;
}

/** What a network is trained by. */
export interface TrainingSetup extends Omit<Setup, 'data'> {
  readonly data: State['data'] | OwnTable;
}

/** How fast a run goes: steps a second. */
export type Speed = 2 | 20 | 'full';

/** A place in the shown columns, in deviations. */
export type Point = readonly [number, number];

/** How ln |det| is estimated. */
export type Method = 'series' | 'roulette' | 'arnoldi';

/** From the page to the worker. */
export type ToWorker =
  | { readonly kind: 'start'; readonly run: number; readonly setup: Setup; readonly speed: Speed }
  | { readonly kind: 'digits'; readonly question: DigitsQuestion }
  | ToRun;

/** What a run is told and asked. */
export type ToRun =
  | { readonly kind: 'play' | 'pause' | 'step' | 'drawn' | 'save' | 'folder' | 'write' }
  | { readonly kind: 'speed'; readonly speed: Speed }
  | { readonly kind: 'columns'; readonly columns: readonly [number, number] }
  | { readonly kind: 'temperature'; readonly temperature: number | null }
  | {
      readonly kind: 'probe';
      readonly request: number;
      readonly point: Point;
      readonly alarm: number | null;
    }
  | { readonly kind: 'estimate'; readonly point: Point; readonly method: Method }
  | { readonly kind: 'walk'; readonly ends: readonly [Point, Point] }
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
  /** Names of the classes that the network learns; empty without. */
  readonly classes: readonly string[];
  /** The class of each shown point; null without classes. */
  readonly labels: readonly number[] | null;
  /** Whether the data has classes that could be learned. */
  readonly hasClasses: boolean;
  /** Half the side of the square that is shown, in deviations. */
  readonly reach: number;
  /** What each part of the network is, first to last. */
  readonly parts: readonly Part[];
}

/**
 * A part of the path: what makes the columns even, a scale and shift of each column, or a residual
 * block.
 */
export interface Part {
  readonly kind: 'columns' | 'scale' | 'block' | 'fixed';
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
  /** ln p on a square grid, row by row from the lowest; null where it is drawn from samples. */
  readonly heat: Float32Array | null;
  /**
   * The shown columns of points and grid before the first part and after each,
   * `[points + nodes, 2]` each.
   */
  readonly stages: readonly Float32Array[];
  readonly samples: Samples | null;
  /** The most probable class of each place of the heat map and how probable it is; null without. */
  readonly classes: ClassMap | null;
  /** The scores of held-out rows; null between full frames. */
  readonly usual: ScoreRanks | null;
  readonly proofs: readonly BlockProof[] | null;
}

/** Which class the network sees in each place. */
export interface ClassMap {
  readonly winner: Uint8Array;
  /** From 1/K to 1. */
  readonly probability: Float32Array;
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
  /** Its layers and activations, first to last. */
  readonly layers: readonly LayerProof[];
}

/** What is proven about a layer or an activation, and the steepest that it is on the grid. */
export interface LayerProof {
  readonly bound: number | null;
  readonly slope: number;
}

/** ln p of a point and where it comes from. */
export interface Probed {
  readonly kind: 'probed';
  readonly request: number;
  readonly step: number;
  /** In deviations. */
  readonly point: readonly number[];
  /** The same in the units of the data. */
  readonly values: readonly number[];
  readonly z: readonly number[];
  /** ln p(z), nats. */
  readonly base: number;
  /** ln |det| of each part, nats. */
  readonly logDets: readonly number[];
  /** What the units and transforms of the columns stretch, nats. */
  readonly units: number;
  /** ln p(x), nats, in the units of the data. */
  readonly logProb: number;
  /** The point before the first part and after each, all columns. */
  readonly stages: readonly (readonly number[])[];
  /** Of each class; null without classes. */
  readonly probabilities: readonly number[] | null;
  /** How usual it is beside rows that were held out. */
  readonly pValue: number;
  /** Whether it is strange, at the share of false alarms that was asked for. */
  readonly flagged: boolean;
  /** The column that makes it strange, with a value that were usual; null where none does. */
  readonly reason: Reason | null;
}

/** How the inverse of a block is found, evaluation by evaluation. */
export interface Iteration {
  /** The iterates, the start y first, shown columns. */
  readonly points: readonly (readonly [number, number])[];
  /**
   * A proven bound of the distance to the solution after each evaluation; Infinity where there is
   * none.
   */
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

/** The answer to `estimate`. */
export interface Estimated {
  readonly kind: 'estimated';
  readonly method: Method;
  /** ln |det| of all blocks at the point, nats. */
  readonly exact: number;
  /** For each number of {@link TERMS} so many draws as {@link DRAWS}, nats. */
  readonly draws: readonly (readonly number[])[];
  /** Whether every block has a slope below 1, without which the series need not converge. */
  readonly proven: boolean;
}

/** The answer to `walk`. */
export interface Walked {
  readonly kind: 'walked';
  readonly straight: Way;
  readonly latent: Way;
}

/** A way from one point to another. */
export interface Way {
  /** `[n, 2]` */
  readonly points: Float32Array;
  /** ln p of its least likely place, nats. */
  readonly least: number;
}

/**
 * A file for the visitor: the network or its run folder, which the command line opens, or a program
 * that makes it.
 */
export interface Saved {
  readonly kind: 'saved';
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What a run shows and answers. */
export type FromRun =
  | Begun
  | Frame
  | Probed
  | Inverted
  | Estimated
  | Walked
  | Saved
  /** The file with the rows of a run that was opened, which is not in its folder. */
  | { readonly kind: 'missing'; readonly file: string }
  /** What was asked for cannot be had. */
  | { readonly kind: 'refused'; readonly why: string };

/** From the worker to the page. */
export type FromWorker = (
  | { readonly kind: 'ready'; readonly backend: string }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'digits'; readonly answer: DigitsAnswer }
  | FromRun
) & { readonly run: number };
