import type { Tensor } from '@tensorflow/tfjs-core';
import {
  eventSize,
  type HostLinearization,
  type HostMap,
  type LipschitzMap,
  type LocalBounds,
} from '@iresnet/core';
import { readsFreely } from '@iresnet/core/internal';
import { hostKit } from './hostKit';
import { rowsOf } from './report';
import { frobenius, invertMatrix, normAbove, residualOfInverse } from './matrix';

/** The most values of an example: beyond, its Jacobian costs more than the bound is worth. */
const MOST_VALUES = 64;
/** Rounding of float64 in the few sums of a bound. */
const ABOVE = 1 + 2 ** -40;

/**
 * Bounds at each example of a batch, from g and its Jacobian in float64; undefined where the branch
 * is not a smooth map of few values on the host.
 *
 * @param g - The residual branch.
 * @param x - x̂, `[B, ...event]`.
 * @returns The bounds at the example of a number. They cost d products on the host, and some d³ for
 * the inverse.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { affine, chain, localBounds } from '@iresnet/flows';
 *
 * const map = chain(affine([2], [1])); // or any chain with residual blocks
 * const { errorBound } = map.inverseWithReport(tf.tensor2d([[5]]), [0.1], { local: localBounds });
 * console.log(errorBound); // [ 0.0500004 ]
 * ```
 */
export function localBounds(g: LipschitzMap, x: Tensor): ((example: number) => LocalBounds) | undefined {
  const size = eventSize(x.shape.slice(1));
  if (size > MOST_VALUES || !readsFreely()) return undefined;
  const map = g.onHost?.(hostKit);
  if (!map) return undefined;
  const rows = rowsOf(x);
  return (i) => boundsAt(map, rows[i]!);
}

function boundsAt(map: HostMap, x: Float64Array): LocalBounds {
  const linear = map.linearize(x);
  const jacobian = jacobianOf(linear, x.length);
  const { smoothness } = map;
  return {
    distance(y) {
      const off = y.map((value, j) => value - x[j]! - linear.y[j]!);
      const rounding = 2 ** -52 * (frobenius(x) + frobenius(y) + frobenius(linear.y));
      return (frobenius(off) + rounding + linear.yError) * ABOVE;
    },
    forward(error) {
      const { matrix, off } = jacobian;
      return (normAbove(matrix, x.length) + off + (smoothness * error) / 2) * error * ABOVE;
    },
    // F(x̂) − F(x) = (∂F(x̂) + E)(x̂ − x) with ‖E‖ ≤ M‖x̂ − x‖/2. So with K ≥ ‖∂F(x̂)⁻¹‖ the error
    // is at most K·difference/(1 − K·M·error/2), and that may be put in for the error again.
    inverse(difference, error) {
      const growth = inverseNormAbove(jacobian, x.length);
      let bound = error;
      // Each pass starts from a smaller error; two or three reach the end.
      for (let pass = 0; pass < 8; pass++) {
        const rest = 1 - (growth * smoothness * bound) / 2;
        const next = rest > 0 ? ((growth * difference) / rest) * ABOVE : Infinity;
        if (!(next < bound)) break;
        bound = next;
      }
      return bound;
    },
  };
}

/** I + ∂g(x), `[d, d]`, and how far it may be off in the 2-norm. */
interface Jacobian {
  readonly matrix: Float64Array;
  readonly off: number;
}

function jacobianOf({ product, error }: HostLinearization, d: number): Jacobian {
  const matrix = new Float64Array(d * d);
  for (let j = 0; j < d; j++) {
    const column = product(new Float64Array(d).fill(1, j, j + 1));
    for (let i = 0; i < d; i++) matrix[i * d + j] = column[i]! + (i === j ? 1 : 0);
  }
  // Each column is off by no more than `error`; 1 + ∂gᵢᵢ is rounded.
  return { matrix, off: (Math.sqrt(d) * error + 2 ** -52 * frobenius(matrix)) * ABOVE };
}

/**
 * A bound of ‖A⁻¹‖ for every A within `off` of a matrix M: with any X, ‖M⁻¹‖ ≤ ‖X‖/(1 − ‖XM − I‖).
 * Infinity where that proves nothing.
 */
function inverseNormAbove({ matrix, off }: Jacobian, d: number): number {
  const x = invertMatrix(matrix, d)?.inverse;
  if (!x) return Infinity;
  const rounding = (d + 2) * 2 ** -53 * (frobenius(x) * frobenius(matrix) + 1);
  const rest = 1 - (residualOfInverse(x, matrix, d) + rounding) * ABOVE;
  if (!(rest > 0)) return Infinity;
  const norm = normAbove(x, d) / rest;
  return norm * off < 1 ? (norm / (1 - norm * off)) * ABOVE : Infinity;
}
