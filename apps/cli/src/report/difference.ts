import type { Score } from './data';

/** How much the model gives more than another score, and the standard error of that where it is known, in nats. */
export function difference(model: Score, other: Score): { value: number; error: number | undefined } {
  // What is exact adds no error of its own.
  const error =
    other.differenceError ?? (other.standardError === undefined ? model.standardError : undefined);
  return { value: model.value - other.value, error };
}
