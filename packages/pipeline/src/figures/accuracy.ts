import {
  correct,
  estimateMean,
  labelLosses,
  mostFrequent,
  mostProbable,
  pairedDifference,
  type Estimate,
} from '@iresnet/evaluation';

/** How well a classifier does on examples that it was not trained on. */
export interface AccuracyFigures {
  /** Name of the column of the classes. */
  readonly label: string;
  readonly classes: readonly string[];
  /** Share of rows whose most probable class is theirs. */
  readonly value: Estimate;
  /** −ln of the probability that each row's own class was given, nats. */
  readonly crossEntropy: Estimate;
  /** What the most frequent class of the training rows gives when it is always predicted. */
  readonly majority: { readonly class: string; readonly value: Estimate; readonly gain: Estimate } | null;
}

/** The classes of rows. */
export interface TrueClasses {
  readonly column: string;
  readonly classes: readonly string[];
  readonly labels: ArrayLike<number>;
  /** The classes of the training rows, for the baseline; null where they are not known. */
  readonly training: ArrayLike<number> | null;
}

/** Compare class probabilities `[n, K]` with the true classes. */
export function accuracyFigures(probabilities: Float32Array, truth: TrueClasses): AccuracyFigures {
  const { column, classes, labels, training } = truth;
  const right = correct(mostProbable(probabilities, classes.length), labels);
  const most = training && mostFrequent(training, classes.length);
  const always = correct(new Int32Array(labels.length).fill(most ?? 0), labels);
  return {
    label: column,
    classes,
    value: estimateMean(right),
    crossEntropy: estimateMean(labelLosses(probabilities, labels)),
    majority:
      most === null
        ? null
        : { class: classes[most]!, value: estimateMean(always), gain: pairedDifference(right, always) },
  };
}
