/** A derivative by finite differences, with what it can be trusted to. */
export interface Derivative {
  /** c′(0), one number for each value of the curve. */
  readonly value: Float64Array;
  /**
   * Estimated error of each: the change when the step is halved, plus float32 rounding of the
   * values. Large at a kink.
   */
  readonly error: Float64Array;
}
