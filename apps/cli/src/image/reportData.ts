import type { Certificate } from '@iresnet/model';
import type { Curve, Figure, TrainingCurves } from '../report/data';
import type { Task } from './config';

/** Images on the host, 8 bits a value. */
export interface Pictures {
  readonly count: number;
  /** Height, width, channels (1 or 3). */
  readonly shape: readonly [number, number, number];
  /** `[count, h, w, c]`, row-major; 0 is black and 255 white. */
  readonly values: Uint8Array;
}

/** What a report on a model of images shows. A section appears when its part is there. */
export interface ImageReportData {
  /** Name of the run, the heading. */
  readonly title: string;
  /** The command line that makes this run again. */
  readonly command: string;
  /** When the run ended, ISO 8601. */
  readonly date: string;
  readonly backend: string;
  readonly seed: number;
  readonly wallSeconds: number;
  /** Package or runtime to version. */
  readonly versions: Readonly<Record<string, string>>;
  readonly task: Task;
  /** Where the images came from: `digits`, `mnist`, a folder. */
  readonly source: string;
  /** Height, width, channels. */
  readonly shape: readonly [number, number, number];
  readonly images: { readonly train: number; readonly heldOut: number };
  readonly classes: readonly string[];
  /** Optimizer steps taken. */
  readonly steps: number;
  /** Trainable numbers of the model. */
  readonly parameters: number;
  /** Further lines of the table of figures. */
  readonly figures: readonly Figure[];
  /** On the held-out images. `levels` values a pixel: a uniform density has log₂ levels bits. */
  readonly bitsPerDim?: { readonly value: number; readonly standardError: number; readonly levels: number };
  readonly classification?: ImageClassification;
  readonly training?: ImageTraining;
  /** Drawn from the model, and as many real ones to compare with. */
  readonly samples?: { readonly drawn: Pictures; readonly real: Pictures; readonly temperature: number };
  /** Held-out images, and what came back of their latents. */
  readonly reconstructions?: {
    readonly originals: Pictures;
    readonly back: Pictures;
    /** Largest absolute error of each image, in units of the full range of a pixel. */
    readonly maxError: readonly number[];
    /** Proven bound of the 2-norm of the error of each; null where there is no proof. */
    readonly errorBound: readonly (number | null)[];
    /** Over how many images the two largest below were taken. */
    readonly count: number;
    readonly largestError: number;
    /** Evaluations of residual branches that the inverse took. */
    readonly evaluations: number;
  };
  /** Each row is a path between two held-out images through the latent space: `steps` pictures a row, both ends included. */
  readonly interpolations?: { readonly steps: number; readonly rows: Pictures };
  /** Held-out images of lowest log-density, the lowest first. */
  readonly unusual?: { readonly pictures: Pictures; readonly bitsPerDim: readonly number[] };
  /** Absent for a network without normalization. */
  readonly certificate?: Certificate;
  /** Of each linear layer, first to last. */
  readonly layers?: readonly LayerFigures[];
  /** The configuration of the run; anything JSON. */
  readonly config?: unknown;
}

export interface ImageClassification {
  /** Share of held-out images that were classified right. */
  readonly accuracy: number;
  readonly standardError: number;
  /** Rows are the true classes, columns the predicted ones; counts. */
  readonly confusion: readonly (readonly number[])[];
  /** Held-out images that were classified wrong, the most confident first. */
  readonly mistakes?: {
    readonly pictures: Pictures;
    readonly truth: readonly string[];
    readonly predicted: readonly string[];
    readonly probability: readonly number[];
  };
}

/** Curves of a run; `loss` is what the optimizer pushes down. */
export interface ImageTraining extends TrainingCurves {
  /** What the loss is, with its unit. */
  readonly unit: string;
  /** On validation images. */
  readonly bitsPerDim?: Curve;
  readonly accuracy?: Curve;
}

/** A linear layer and its norm. */
export interface LayerFigures {
  /** `block 3, layer 0`. */
  readonly label: string;
  /** Largest singular value, estimated from below. */
  readonly singularValue: number;
  /** Proven bound of it from above. */
  readonly bound: number;
}
