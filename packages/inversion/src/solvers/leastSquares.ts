import {
  add,
  div,
  eye,
  matMul,
  maximum,
  mul,
  reshape,
  rsqrt,
  slice,
  sub,
  sum,
  concat,
  transpose,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs-core';

/** Ridge relative to the (unit) diagonal: above the float32 rounding of the Gram matrix. */
const RIDGE = 1e-6;

/**
 * γ = argmin ‖r − Σⱼ γⱼ cⱼ‖ per sample, by the normal equations of the columns scaled to length
 * one. Columns of zeros get the coefficient zero. All on the device, for a handful of columns.
 *
 * @param columns - c, `[B, m, d]`.
 * @param r - `[B, d]`.
 * @returns γ, `[B, 1, m]`.
 */
export function leastSquares(columns: Tensor, r: Tensor): Tensor {
  const [batch, m, d] = columns.shape as [number, number, number];
  const rowsByColumn = transpose(columns, [0, 2, 1]);
  const gram = matMul(columns, rowsByColumn); // [B, m, m]
  const rhs = matMul(columns, reshape(r, [batch, d, 1])); // [B, m, 1]
  const identity = eye(m);
  const scale = rsqrt(maximum(sum(mul(gram, identity), 2, true), 1e-30)); // [B, m, 1]
  const scaled = mul(mul(gram, scale), reshape(scale, [batch, 1, m]));
  const ridged = add(scaled, mul(identity, RIDGE));
  const solved = gaussJordan(concat([ridged, mul(rhs, scale)], 2), identity);
  return reshape(mul(solved, scale), [batch, 1, m]);
}

/** Solve the positive definite systems of an augmented matrix `[B, m, m + 1]`; `[B, m, 1]`. */
function gaussJordan(augmented: Tensor, identity: Tensor2D): Tensor {
  const [batch, m] = augmented.shape as [number, number];
  let rows = augmented;
  for (let k = 0; k < m; k++) {
    const pivot = slice(rows, [0, k, k], [batch, 1, 1]);
    const row = div(slice(rows, [0, k, 0], [batch, 1, m + 1]), pivot);
    const column = slice(rows, [0, 0, k], [batch, m, 1]);
    // Clears column k in every other row and, by the unit vector, leaves `row` itself in row k.
    const unit = slice(identity, [k, 0], [1, m]);
    rows = sub(rows, mul(sub(column, reshape(unit, [1, m, 1])), row));
  }
  return slice(rows, [0, 0, m], [batch, m, 1]);
}
