import type { Field, KeptCells, Table } from '@iresnet/datasets';
import { mostProbable } from '@iresnet/evaluation';
import { finiteOrNull } from '@iresnet/core/internal';
import type { Pipeline } from '../pipeline';
import type { Scores } from '../score';
import type { ScoredPiece } from '../scorePieces';

/**
 * Examples with what a record says of them: some 60 bytes an example without what was asked for
 * beside it.
 */
export interface ScoredExamples extends Pick<
  Scores,
  'count' | 'logProb' | 'standardError' | 'missing' | 'bitsPerDim' | 'pValue' | 'percentile'
> {
  readonly file: string | undefined;
  nameOf(i: number): string | number;
  /** Index and probability of the most probable class; −1 and NaN of one that cannot be judged. */
  readonly predicted: Int32Array | null;
  readonly probability: Float64Array | null;
  /** Why an example cannot be judged, by its position. */
  readonly reasons: ReadonlyMap<number, string>;
  /** Cells of the rows that are written beside the scores. */
  readonly kept: KeptCells | undefined;
  /** The rows themselves, where they are to be explained. */
  readonly table: Table | undefined;
}

/** What records say of a piece; its table is let go unless it is to be explained. */
export function scoredExamples(
  { input }: Pipeline,
  { first, scores, table, names, file }: ScoredPiece,
  explained: boolean,
): ScoredExamples {
  const { probabilities, unusable, ...values } = scores;
  const numbers = names ?? table?.numbers;
  const from = first + (input.kind === 'table' ? 1 : 0);
  return {
    ...values,
    file,
    nameOf: (i) => (numbers ? numbers[i]! : from + i),
    ...predictions(probabilities, input.classes.length),
    reasons: new Map(unusable.map(({ index, reason }) => [index, reason])),
    kept: table?.kept,
    table: explained ? table : undefined,
  };
}

/** The most probable classes; apart, so that no example holds all probabilities. */
function predictions(
  probabilities: Float32Array | null,
  classes: number,
): Pick<ScoredExamples, 'predicted' | 'probability'> {
  if (probabilities === null) return { predicted: null, probability: null };
  const predicted = mostProbable(probabilities, classes);
  const probability = Float64Array.from(predicted, (label, i) =>
    label < 0 ? NaN : probabilities[i * classes + label]!,
  );
  return { predicted, probability };
}

/** What a record says of example i. What an example without an answer leaves empty is null. */
export function scoreFields(
  examples: ScoredExamples,
  i: number,
  { input }: Pipeline,
  flags?: Uint8Array,
): Field[] {
  const { logProb, standardError, missing, bitsPerDim, percentile, pValue, predicted, probability } =
    examples;
  const rounded = (value: number): number | null =>
    Number.isNaN(value) ? null : Number(value.toPrecision(6));
  const fields: (Field | null | undefined)[] = [
    logProb && ['logLikelihood', logProb[i]!],
    standardError && ['standardError', finiteOrNull(standardError[i]!)],
    missing && ['missing', missing[i]!],
    bitsPerDim && ['bitsPerDim', bitsPerDim[i]!],
    percentile && ['percentile', rounded(percentile[i]!)],
    pValue && ['pValue', rounded(pValue[i]!)],
    flags && ['flagged', flags[i] === 1],
    predicted && ['predicted', input.classes[predicted[i]!] ?? null],
    probability && ['probability', finiteOrNull(probability[i]!)],
  ];
  return fields.filter((field) => field !== null && field !== undefined);
}
