import { ensure } from '@iresnet/core/internal';

/** Throw unless every label is an index into `classes` classes. */
export function checkLabels(labels: ArrayLike<number>, classes: number, where: string): void {
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    ensure(
      Number.isInteger(label) && label >= 0 && label < classes,
      where,
      () => `expected labels 0 … ${classes - 1}, got ${label} in row ${i}`,
    );
  }
}

/**
 * The number of classes K of `[n, K]` probabilities with n labels; throws unless they fit together.
 */
export function classesOf(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  where: string,
): number {
  const classes = probabilities.length / labels.length;
  ensure(
    Number.isInteger(classes) && classes >= 1,
    where,
    () =>
      `expected as many probabilities for each of ${labels.length} labels, at least one, got ${probabilities.length} in all`,
  );
  checkLabels(labels, classes, where);
  return classes;
}

/** Throw unless there is a prediction for each label. */
export function checkPairs(predicted: ArrayLike<number>, labels: ArrayLike<number>, where: string): void {
  ensure(
    predicted.length === labels.length,
    where,
    () => `expected a prediction for each of ${labels.length} labels, got ${predicted.length}`,
  );
}
