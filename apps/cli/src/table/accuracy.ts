import { estimate, pairedDifference, type Estimate } from '../statistics';
import { predictions } from './judge';

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
  const predicted = predictions(probabilities, classes.length);
  const right = Float64Array.from(labels, (label, i) => Number(predicted[i] === label));
  const losses = crossEntropies(probabilities, labels, classes.length);
  const most = training && mostFrequent(training, classes.length);
  const always = Float64Array.from(labels, (label) => Number(label === most));
  return {
    label: column,
    classes,
    value: estimate(right),
    crossEntropy: estimate(losses),
    majority:
      most === null
        ? null
        : { class: classes[most]!, value: estimate(always), gain: pairedDifference(right, always) },
  };
}

/** −ln of the probability of each row's own class, nats; at most 87, where float32 ends. */
export function crossEntropies(
  probabilities: Float32Array,
  labels: Int32Array,
  classes: number,
): Float64Array {
  return Float64Array.from(
    labels,
    (label, i) => -Math.log(Math.max(probabilities[i * classes + label]!, 2 ** -126)),
  );
}

/** The first of the most frequent. */
function mostFrequent(labels: Int32Array, classes: number): number {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label]! += 1;
  return counts.indexOf(Math.max(...counts));
}
