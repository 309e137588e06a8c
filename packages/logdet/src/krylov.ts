import {
  add,
  cast,
  concat,
  dispose,
  div,
  greater,
  matMul,
  mul,
  pad,
  reshape,
  slice,
  split,
  sqrt,
  stack,
  sub,
  sum,
  tidy,
  type Tensor,
  type Tensor3D,
} from '@tensorflow/tfjs-core';

/**
 * The relative size below which the remainder of a projected vector counts as rounding: the vector
 * then lies in the span. Float32 leaves some 1e-7. Keeping a slightly larger remainder that is only
 * rounding is harmless: it joins the basis with a coupling as small.
 */
const BREAKDOWN = 1e-6;

/** Length and direction; see {@link normalize}. */
interface Direction {
  /** ‖p‖, `[N, 1]`, 0 where it counts as zero. */
  readonly norm: Tensor;
  /** p/‖p‖, `[N, 1, d]`; the zero vector where ‖p‖ counts as zero. */
  readonly unit: Tensor;
}

/**
 * Length and direction of N vectors `[N, 1, d]`. A vector whose squared length is at most `least`
 * `[N, 1]` counts as zero; NaN stays NaN.
 */
export function normalize(p: Tensor, least: Tensor | number = 0): Direction {
  const square = squaredLength(p);
  const kept = cast(greater(square, least), 'float32');
  const norm = mul(sqrt(square), kept);
  // 1/‖p‖, or 0/1.
  const inverse = div(kept, add(norm, sub(1, kept)));
  return { norm, unit: mul(p, reshape(inverse, [-1, 1, 1])) };
}

function squaredLength(p: Tensor): Tensor {
  return sum(mul(p, p), 2);
}

/**
 * p = V c + β v with v ⊥ V, for N vectors at once: a Gram–Schmidt step, done twice.
 *
 * Classical Gram–Schmidt with one re-orthogonalisation is orthogonal to machine precision, as the
 * modified one is. It takes four matrix products, and the modified one takes a kernel for each
 * basis vector in turn.
 *
 * @param p - `[N, 1, d]`.
 * @param basis - V, orthonormal or zero rows, `[N, j, d]`.
 * @returns c, `[N, j]`, and β v; v is the zero vector where p lies in the span.
 * @see Giraud, Langou and Rozložník, The loss of orthogonality in the Gram–Schmidt
 * orthogonalization process (2005).
 */
function orthogonalize(p: Tensor, basis: Tensor): Direction & { readonly coefficients: Tensor } {
  const [n, j, d] = basis.shape as [number, number, number];
  const project = (x: Tensor) => {
    const along = reshape(matMul(basis as Tensor3D, reshape(x, [n, d, 1])), [n, 1, j]);
    return { along, rest: sub(x, matMul(along, basis as Tensor3D)) };
  };
  const first = project(p);
  const second = project(first.rest);
  return {
    coefficients: reshape(add(first.along, second.along), [n, j]),
    ...normalize(second.rest, mul(squaredLength(p), BREAKDOWN ** 2)),
  };
}

/**
 * An orthonormal basis of the rows' span, `[N, S, d] → [N, S, d]`: each row minus its part in the
 * rows before it, scaled to length one. A row that lies in their span becomes zero.
 */
export function orthonormalize(vectors: Tensor): Tensor {
  return tidy(() => {
    const [first, ...others] = split(vectors, vectors.shape[1]!, 1) as [Tensor, ...Tensor[]];
    return others.reduce<Tensor>(
      (basis, row) => concat([basis, orthogonalize(row, basis).unit], 1),
      normalize(first).unit,
    );
  });
}

/** The space span(u, Au, …, Aʲ⁻¹u) of N vectors u, after j products with A. */
export interface Krylov {
  /**
   * V, orthonormal, or zero rows once the space is invariant, `[N, j, d]`; null before the first
   * product.
   */
  readonly basis: Tensor | null;
  /** The columns of VᵀAV, each with the entry below the diagonal: `[N, 2] … [N, j + 1]`. */
  readonly columns: readonly Tensor[];
  /** v_{j+1}, `[N, 1, d]`. */
  readonly next: Tensor;
}

/**
 * One step of Arnoldi's iteration: the product A v with the newest v joins the space. `space` is
 * used up, and its basis and its vector are freed.
 */
export function extend(space: Krylov, product: (v: Tensor) => Tensor): Krylov {
  const longer = tidy(() => {
    const basis = space.basis ? concat([space.basis, space.next], 1) : space.next.clone();
    const { coefficients, norm, unit } = orthogonalize(product(space.next), basis);
    return { basis, column: concat([coefficients, norm], 1), next: unit };
  });
  dispose(space.next);
  if (space.basis) dispose(space.basis);
  return { basis: longer.basis, columns: [...space.columns, longer.column], next: longer.next };
}

/** H = VᵀAV, `[N, j, j]`, upper Hessenberg. */
export function hessenberg(columns: readonly Tensor[]): Tensor {
  return tidy(() => {
    const j = columns.length;
    const padded = columns.map((column, i) =>
      i === j - 1
        ? slice(column, [0, 0], [-1, j])
        : pad(column, [
            [0, 0],
            [0, j - i - 2],
          ]),
    );
    return stack(padded, 2);
  });
}
