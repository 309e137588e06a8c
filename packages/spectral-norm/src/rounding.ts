/** Unit of the rounding margins: 8 units of float64. */
export const ROUNDING = 2 ** -50;

/**
 * A Gram bound raised by more than the rounding of its iteration.
 *
 * Let ε = 2⁻⁵³. One entry of a product GᵀG, a sum of n terms, is off by at most 3nε‖gᵢ‖‖gⱼ‖
 * (complex numbers included), and so the whole product by at most 3nε‖G‖²_F in the Frobenius norm.
 * At rank r, ‖G‖²_F ≤ r‖G‖₂² ≤ r‖GᵀG‖_F, so that its relative error is at most 3nrε. The error of
 * step k enters the bound through a 2ᵏ⁺¹-th root, and Σₖ 3nrε/2ᵏ⁺¹ ≤ 3nrε. With nr ≤ rows·columns
 * that is less than half of the margin below. The carried logarithm loses about ε of itself a step.
 */
export function aboveRounding(bound: number, steps: number, rows: number, columns: number): number {
  if (bound === 0) return 0;
  return bound * (1 + ROUNDING * (rows * columns + 20 + (steps + 2) * Math.abs(Math.log(bound))));
}
