import type { Difference, Score } from './data';

/** The score of the model minus another: the difference that is given, or that of the means. */
export function difference(model: Score, other: Score): Difference {
  if (other.difference) return other.difference;
  const value = model.value - other.value;
  // An exact score adds no error of its own. Two errors do not tell that of a paired difference.
  const exact = other.standardError === undefined && model.standardError !== undefined;
  return { value, ...(exact && { standardError: model.standardError }) };
}
