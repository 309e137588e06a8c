import {
  correct,
  estimateMean,
  labelLosses,
  mostFrequent,
  mostProbable,
  pairedDifference,
  type Estimate,
} from '@iresnet/evaluation';

/** How well a classifier does on rows that it was not trained on. */
export interface AccuracyFigures {
  /** The column of the classes. */
  readonly label: string;
  readonly classes: readonly string[];
  /** Share of rows whose most probable class is theirs. */
  readonly value: Estimate;
  /** −ln of the probability that each row's own class was given, nats. */
  readonly crossEntropy: Estimate;
  /** What always saying the most frequent class of the training rows gives on the same rows. */
  readonly majority: { readonly class: string; readonly value: Estimate; readonly gain: Estimate } | null;
}

/** The classes of rows. */
export interface Truth {
  readonly column: string;
  readonly classes: readonly string[];
  readonly labels: Int32Array;
  /** The classes of the training rows, for the baseline; null where they are not known. */
  readonly training: Int32Array | null;
}

/** Hold class probabilities against the true classes. */
export function accuracyFigures(probabilities: Float32Array, truth: Truth): AccuracyFigures {
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
