import type { FieldsOf } from '@iresnet/core/internal';
import type { ScoreRanks } from '@iresnet/evaluation';
import { trainedFields, type TrainedRows } from './trainedRows';

/**
 * What a model keeps of the scores of usual rows, so that a new score has something to stand
 * beside.
 */
export interface Calibration extends ScoreRanks {
  /** Which rows they are: see `calibrate`. */
  readonly of: 'heldOut' | 'validation' | 'given';
  /** Of each column some values that it has, in order: what `explain` tries. */
  readonly values: readonly (readonly number[])[];
  /** Some training rows; null where they are not known. */
  readonly trained: TrainedRows | null;
}

const numbers = (doc: string) => ({ type: 'list', of: { type: 'number', doc }, doc }) as const;

/** The rules for a {@link Calibration}. */
export const calibrationFields: FieldsOf<Calibration> = {
  count: { type: 'count', min: 1, doc: 'Usual rows.' },
  scores: numbers('Scores of usual rows, nats.'),
  below: numbers('How many usual rows have a lesser score.'),
  of: { type: 'choice', choices: ['heldOut', 'validation', 'given'], doc: 'Which rows they are.' },
  values: { type: 'list', of: numbers('Values of a column.'), doc: 'Values of each column.' },
  trained: { type: 'object', fields: trainedFields, nullable: true, doc: 'Some training rows.' },
};
