import type { Score } from './data';

/** A difference of two scores, nats, and its standard error where that is known. */
export interface Difference {
  readonly value: number;
  readonly error: number | undefined;
}

/** The score of the model minus another score. */
export function difference(model: Score, other: Score): Difference {
  // An exact score adds no error of its own.
  const error =
    other.differenceError ?? (other.standardError === undefined ? model.standardError : undefined);
  return { value: model.value - other.value, error };
}
