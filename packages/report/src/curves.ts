/** Values by step. Both arrays have the same length. */
export interface Curve {
  readonly step: readonly number[];
  readonly value: readonly number[];
}

/** Curves of a training run. */
export interface TrainingCurves {
  /**
   * Name and unit of the loss, as the axis shows them; of a table `negative log-likelihood, nats a
   * row` by default.
   */
  readonly loss?: string;
  /** Loss of each batch. */
  readonly train: Curve;
  /** Loss on examples that the optimizer does not see. */
  readonly validation?: Curve;
  readonly learningRate?: Curve;
}
