import type { RngState } from '@iresnet/core';
import type { HostBatch } from './hostBatch';
import type { GradientAnswer } from './messages';
import type { Layout } from './sharedValues';

/** What a rank is told in a round: plain data and typed arrays. */
export interface RankMessage {
  /** A run begins. */
  readonly begin?: {
    readonly task: unknown;
    readonly layout: readonly Layout[];
    /** Values of a gradient, and of what a batch adds to the variables that each batch moves. */
    readonly sizes: readonly [size: number, moved: number];
    readonly microBatches: number;
  };
  /** New values of variables, by their position. */
  readonly load: readonly { readonly position: number; readonly values: Float32Array | Int32Array }[];
  readonly evaluate: readonly {
    readonly batch: HostBatch;
    readonly place: number;
    readonly step: number;
    readonly rng: RngState;
  }[];
}

/** What it says of the micro-batches, in their order. */
export type RankAnswer = readonly (GradientAnswer & {
  readonly gradient: Float32Array;
  readonly moves: Float32Array;
})[];
