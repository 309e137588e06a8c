import type { Curve, TrainingCurves } from './curves';
import type { ReportHead, Split } from './head';
import type { Pictures } from './pictures';

/** The use of a model of images: log p(x), classes, or both. */
export type ImageTask = 'density' | 'classify' | 'hybrid';

/**
 * The data of a report on a model of images: plain JSON, but for the bytes of the {@link Pictures}.
 *
 * The page has a section for each part that is there. Logarithms are natural (nats) unless bits are
 * named.
 */
export interface ImageReportData extends ReportHead {
  readonly task: ImageTask;
  /** Height, width, channels. */
  readonly shape: readonly [number, number, number];
  /** How many images each part of the split has. */
  readonly images: Split;
  /** Names of the classes. Empty without labels. */
  readonly classes: readonly string[];
  /**
   * On the held-out images. A pixel has `levels` possible values: a uniform density needs log₂
   * levels bits.
   */
  readonly bitsPerDim?: { readonly value: number; readonly standardError: number; readonly levels: number };
  readonly classification?: ImageClassification;
  readonly training?: ImageTraining;
  /** Images that the model drew, and as many real ones. */
  readonly samples?: ImageSamples;
  readonly reconstructions?: ImageReconstructions;
  /** Each row is a path between two held-out images: `steps` pictures, both ends included. */
  readonly interpolations?: { readonly steps: number; readonly rows: Pictures };
  /** The held-out images of lowest log-density, the lowest first. */
  readonly unusual?: { readonly pictures: Pictures; readonly bitsPerDim: readonly number[] };
  /** The proof that the network is invertible. Absent for a network without normalization. */
  readonly certificate?: CertificateFigures;
  /** One entry for each linear layer, first to last. */
  readonly layers?: readonly LayerFigures[];
}

/** How well a model names the class of held-out images. */
export interface ImageClassification {
  /** Share of held-out images that were classified right. */
  readonly accuracy: number;
  readonly standardError: number;
  /** Counts. Rows are the true classes, columns the predicted ones. */
  readonly confusion: readonly (readonly number[])[];
  /** Held-out images that were classified wrong, the most confident first. */
  readonly mistakes?: {
    readonly pictures: Pictures;
    readonly truth: readonly string[];
    readonly predicted: readonly string[];
    /** The probability that the model gave to its answer. */
    readonly probability: readonly number[];
  };
}

/** Curves of a run on images. */
export interface ImageTraining extends TrainingCurves {
  /** On validation images. */
  readonly bitsPerDim?: Curve;
  /** Share of validation images that were classified right. */
  readonly accuracy?: Curve;
}

/** Images that a model drew, beside real ones. */
export interface ImageSamples {
  /** With `perClass`, so many of each class, class after class. */
  readonly drawn: Pictures;
  /** How many pictures were drawn of each class, where a model draws by class: a row each. */
  readonly perClass?: number;
  readonly real: Pictures;
  /** Factor of the noise. Below 1 the images are more typical and less varied. */
  readonly temperature: number;
}

/**
 * Held-out images that went to the latent space and back. The range of a pixel is 1.
 *
 * An error is null where the inverse did not give a number.
 */
export interface ImageReconstructions {
  readonly originals: Pictures;
  readonly back: Pictures;
  /** Largest absolute error of a pixel, for each image. */
  readonly maxError: readonly (number | null)[];
  /** Proven bound of the 2-norm of the error, for each image. Null where nothing is proven. */
  readonly errorBound: readonly (number | null)[];
  /** How many images were mapped. The page shows only some of them. */
  readonly count: number;
  /** Largest absolute error of a pixel over all of them. */
  readonly largestError: number | null;
  /** Evaluations of residual branches that the inverse of the shown images took. */
  readonly evaluations: number;
}

/** Proven facts about a network of residual blocks. Null where nothing is proven. */
export interface CertificateFigures {
  /** Whether the whole network is proven invertible. */
  readonly invertible: boolean;
  /** Why it is not, part by part. */
  readonly flaws: readonly { readonly part: string; readonly problem: string }[];
  /** Π (1 + L) over the blocks. */
  readonly lipschitzBound: number | null;
  /** Π 1/(1 − L) over the blocks: a bound of the inverse. */
  readonly inverseLipschitz: number | null;
  /** Largest bias of the log-determinant, nats an image. */
  readonly logDetBias: number | null;
  /** First to last. */
  readonly blocks: readonly BlockCertificateFigures[];
}

/** Proven facts about a block x + g(x). Null where nothing is proven. */
export interface BlockCertificateFigures {
  /** L ≥ Lip(g). */
  readonly lipschitzBound: number | null;
  /** 1/(1 − L). */
  readonly inverseLipschitz: number | null;
  /** Fixed-point steps until the error of the inverse is a millionth of the error at the start. */
  readonly contractionSteps: number | null;
  /** Largest bias of the log-determinant, nats. */
  readonly logDetBias: number | null;
}

/** A linear layer and its norm. */
export interface LayerFigures {
  /** `block 3, layer 0`. */
  readonly label: string;
  /** Largest singular value. Power iteration finds it from below. */
  readonly singularValue: number;
  /** Proven upper bound of the same value. */
  readonly bound: number;
}
