import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import type { Rng } from '@iresnet/core';
import type { Images, Table, Toy2d } from '@iresnet/datasets';
import type { Input, TableInput } from '../input';

/** Examples of one part of a source. */
export interface Part<D extends Table | Images = Table | Images> {
  readonly count: number;
  readonly data: D;
  /** Position in `input.classes`, one an example; null without classes. */
  readonly labels: ArrayLike<number> | null;
  /** What each example goes by in the data it came from: rows count from 1; null for draws. */
  readonly numbers: Uint32Array | null;
}

/** Examples on the device, owned by whoever asked for them. */
export interface Batch {
  /**
   * `[B, ...shape]`: rows transformed, standardized and whitened as the recipe says, with contexts
   * behind them where the network takes some; images as the model takes them.
   */
  readonly x: Tensor;
  /** `[B]`, int32; where there are classes. */
  readonly labels?: Tensor1D;
  /**
   * `[B]`, Σ ln t′ of the transforms of the columns, nats, where there are some; for a masked
   * network with the volume of the columns that are asked for.
   */
  readonly logSlope?: Tensor1D;
  readonly [name: string]: Tensor | undefined;
}

/**
 * Data cut into the part that a model is trained on, the part that its validation curve and its
 * best moment come from, and the part that it is judged on. No example is in two of them.
 */
export interface Source<D extends Table | Images = Table | Images> {
  readonly input: Input;
  readonly training: Part<D>;
  /** The held-out part, where a recipe sets no examples aside for validation. */
  readonly validation: Part<D>;
  readonly heldOut: Part<D>;
  /** The batch of micro-batch `index`, which depends on the index and the seed alone. */
  batch(index: number, rng: Rng): Batch;
}

/** A source of rows. */
export interface TableSource extends Source<Table> {
  readonly input: TableInput;
  /** Of each transformed column over the training rows. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  /**
   * Lower triangular factor of their correlations, row by row, where the recipe whitens; null else.
   */
  readonly factor: readonly number[] | null;
  /** The true density, where there is one. */
  readonly truth: Toy2d | null;
}

/** A source of images. */
export type ImageSource = Source<Images>;
