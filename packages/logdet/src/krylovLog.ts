import { matMul, mul, reshape, slice, tidy, type Tensor, type Tensor3D } from '@tensorflow/tfjs-core';
import { extend, hessenberg, normalize, type Krylov } from './krylov';
import { smallLog } from './smallLog';

/** What the Krylov space of a probe says about log(I + A). */
export interface KrylovLog {
  /** ≈ uᵀ log(I + A) u, `[S, B]`. */
  readonly value: Tensor;
  /** uᵀ A u, the first term of the series, `[S, B]`. */
  readonly first: Tensor;
  /** w ≈ (I + A)⁻¹ u, of the shape of u. */
  readonly w: Tensor;
  /**
   * ‖u‖² β ∫₀¹ |e_mᵀ (I + tH)⁻¹ e₁| dt, `[S, B]`. Divided by 1 − ‖A‖₂ it bounds the error of
   * `value`.
   */
  readonly indicator: Tensor;
}

/**
 * uᵀ log(I + A) u and w = (I + A)⁻¹u from span(u, Au, …, Aᵐ⁻¹u), by m products.
 *
 * @param u - `[S, B, ...event]`.
 * @param product - A for vectors of that shape.
 * @param products - m, at most the event size.
 * @param enough - It sees the result after each product but the last and may stop there.
 */
export function krylovLog(
  u: Tensor,
  product: (v: Tensor) => Tensor,
  products: number,
  enough?: (result: KrylovLog) => boolean,
): KrylovLog {
  return tidy(() => {
    const [s, b] = u.shape as [number, number];
    const n = s * b;
    const { norm, unit } = normalize(reshape(u, [n, 1, -1]));
    let space: Krylov = { basis: null, columns: [], next: unit };
    const flat = (v: Tensor) => reshape(product(reshape(v, u.shape)), [n, 1, -1]);
    const result = () =>
      tidy(() => {
        const m = space.columns.length;
        const { value, coordinates, tail } = smallLog(hessenberg(space.columns));
        const square = reshape(mul(norm, norm), [n]);
        const beta = reshape(slice(space.columns[m - 1]!, [0, m], [-1, 1]), [n]);
        const row = reshape(mul(coordinates, norm), [n, 1, m]);
        return {
          value: reshape(mul(square, value), [s, b]),
          first: reshape(mul(square, reshape(slice(space.columns[0]!, [0, 0], [-1, 1]), [n])), [s, b]),
          w: reshape(matMul(row as Tensor3D, space.basis as Tensor3D), u.shape),
          indicator: reshape(mul(square, mul(beta, tail)), [s, b]),
        };
      });
    for (let m = 1; m < products; m++) {
      space = extend(space, flat);
      if (!enough) continue;
      const reached = result();
      if (enough(reached)) return reached;
    }
    space = extend(space, flat);
    return result();
  });
}
