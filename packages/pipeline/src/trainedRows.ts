import type { FieldsOf } from '@iresnet/core/internal';
import { contentKey } from './contentKey';

/** Hashes of some training rows of a model, by which it knows them again. */
export interface TrainedRows {
  /** The least hashes of the training rows, in order: some of all rows, chosen at random. */
  readonly hashes: readonly number[];
  /** Share of the held-out rows that equal a training row, as rows of few values do. */
  readonly repeated: number;
}

/** How many of some rows are training rows of the model. */
export interface Recognized {
  /** Rows whose hash is in the range of those that are kept. */
  readonly sampled: number;
  /** Those of them that are training rows. */
  readonly trained: number;
}

/** Hashes that are kept. */
const KEPT = 256;
/**
 * What a sample must show before it is worth a word: rows, and a share beyond that of repeated
 * rows.
 */
const [FEW, MARGIN] = [5, 0.2];

/** Rules for {@link TrainedRows}. */
export const trainedFields: FieldsOf<TrainedRows> = {
  hashes: {
    type: 'list',
    of: { type: 'count', min: 0, doc: 'The hash of a training row.' },
    max: KEPT,
    doc: 'Hashes of training rows.',
  },
  repeated: { type: 'number', min: 0, max: 1, doc: 'Share of the held-out rows that equal a training row.' },
};

type RowAt = (i: number) => ArrayLike<number>;

/** The hashes to keep of the training rows, and how often a held-out row equals one. */
export function trainedRows(training: RowAt, count: number, heldOut: RowAt, others: number): TrainedRows {
  const all = new Set(Array.from({ length: count }, (_, i) => hashOf(training(i))));
  let repeated = 0;
  for (let i = 0; i < others; i++) repeated += Number(all.has(hashOf(heldOut(i))));
  const sorted = Float64Array.from(all).sort();
  return { hashes: Array.from(sorted.subarray(0, KEPT)), repeated: repeated / Math.max(1, others) };
}

/** Look for training rows among others. */
export function recognized({ hashes }: TrainedRows, row: RowAt, count: number): Recognized {
  const known = new Set(hashes);
  const last = hashes.at(-1) ?? -1;
  let [sampled, trained] = [0, 0];
  for (let i = 0; i < count; i++) {
    const hash = hashOf(row(i));
    if (hash > last) continue;
    sampled++;
    if (known.has(hash)) trained++;
  }
  return { sampled, trained };
}

/**
 * The share of training rows among some rows, where it is more than rows repeat by themselves;
 * else 0.
 */
export function trainedShare({ repeated }: TrainedRows, { sampled, trained }: Recognized): number {
  const share = trained / Math.max(1, sampled);
  return trained >= FEW && share > repeated + MARGIN ? share : 0;
}

/** 53 bits that go with the values of a row. */
function hashOf(row: ArrayLike<number>): number {
  // −0 + 0 is 0, so that the two zeros are one.
  const [high, low] = contentKey(new Uint32Array(Float64Array.from(row, (x) => x + 0).buffer));
  return high * 2 ** 21 + (low >>> 11);
}
