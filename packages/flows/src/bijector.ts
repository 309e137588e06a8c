import type { Bijector } from '@iresnet/core';
import type { Tensor } from '@tensorflow/tfjs-core';

/** An inverse together with what is known about its error. */
export interface InverseReport {
  /** x ≈ F⁻¹(y), `[B, ...event]`. The caller owns it. */
  readonly x: Tensor;
  /** `[B]`: a proven bound of ‖x − F⁻¹(y)‖₂ up to float32 rounding of F; Infinity where there is no proof. */
  readonly errorBound: Float64Array;
  /**
   * `[B]`: the largest proven error that any one fixed-point solve left in its own block's output, up to float32 rounding. Unlike
   * `errorBound` it does not carry earlier errors through the worst case of every later block.
   */
  readonly solveBound: Float64Array;
  /** `[B]`: whether every iteration of the sample reached its tolerance. */
  readonly converged: readonly boolean[];
  /** Evaluations of residual branches on the whole batch. */
  readonly evaluations: number;
}

/** A bijector that can say how exact its inverse is. */
export interface ReportingBijector extends Bijector {
  /**
   * F⁻¹(y) with a bound of its error.
   *
   * @param y - `[B, ...event]`.
   * @param yError - `[B]`: how far y may itself be from the truth, 0 by default; it is carried through the inverse.
   */
  inverseWithReport(y: Tensor, yError?: Float64Array): InverseReport;
}

/** The report of a closed-form inverse whose Lipschitz constant is `lipschitz`. */
export function closedForm(x: Tensor, yError: Float64Array | undefined, lipschitz: number): InverseReport {
  const batch = x.shape[0]!;
  return {
    x,
    errorBound: Float64Array.from({ length: batch }, (_, i) => lipschitz * (yError?.[i] ?? 0)),
    solveBound: new Float64Array(batch),
    converged: new Array<boolean>(batch).fill(true),
    evaluations: 0,
  };
}
