import {
  concat,
  matMul,
  mul,
  reshape,
  sub,
  tidy,
  transpose,
  type Tensor,
  type Tensor3D,
} from '@tensorflow/tfjs-core';
import { eventSize } from '@iresnet/core';
import { checkOptions, checkRng, ensure } from '@iresnet/core/internal';
import { orthonormalize } from './krylov';
import { checkProbe, rademacher, type AdaptedProbe, type Probe } from './probes';

/** Options of {@link hutchPlusPlus}. */
export interface HutchPlusPlusOptions {
  /** k, directions whose trace is exact, 1 ≤ k ≤ d. */
  readonly directions: number;
  /** The probes g of the rest. Default one Rademacher vector per example. */
  readonly probe?: Probe;
}

/**
 * tr f(A) = Σᵢ qᵢᵀ f(A) qᵢ + E[gᵀ(I − P) f(A) (I − P)g], as a set of probes (Hutch++): the k
 * columns qᵢ of an orthonormal basis Q of A Ω, and probes g without their part in it, P = QQᵀ.
 *
 * Ω is Gaussian. f(A) = log(I + A) has the range of A, so that one product per direction finds
 * where f(A) is large. Only the rest, ‖(I − P) f(A) (I − P)‖²_F, makes variance. Σ weight u uᵀ is
 * QQᵀ + (I − P) E[g gᵀ] (I − P) = I: value and gradient are unbiased, for any estimator that takes
 * these probes.
 *
 * It costs k products, and then k + S probes instead of S. It pays where the singular values of A
 * fall fast. For a flat spectrum, as trained dense blocks have it, S + k plain probes are better. A
 * direction costs one product here and not one log(I + A), so that for such A it beats the textbook
 * Hutch++ and XTrace at equal products.
 *
 * @throws IResNetError for an unknown option, when k < 1, and by the probe when k > d.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { createRng, denseOperator } from '@iresnet/core';
 * import { arnoldi, hutchPlusPlus } from '@iresnet/logdet';
 *
 * // Rank one: one direction holds all of the trace, whatever the seed.
 * const a = denseOperator(tf.mul(0.1, tf.ones([5, 5])));
 * const logDet = arnoldi({ products: 2, probe: hutchPlusPlus({ directions: 1 }) });
 * logDet(a, [1, 5], createRng(0)).print(); // ln 1.5 = 0.4055
 * ```
 *
 * @see Meyer, Musco, Musco and Woodruff, Hutch++ (arXiv 2010.09649); its relative XTrace: Epperly,
 * Tropp and Webber (arXiv 2301.07825).
 */
export function hutchPlusPlus(options: HutchPlusPlusOptions): AdaptedProbe {
  const where = 'logdet.hutchPlusPlus';
  checkOptions(where, options, { directions: true, probe: true });
  const { directions: k, probe = rademacher() } = options;
  ensure(Number.isInteger(k) && k >= 1, where, () => `expected directions ≥ 1, got ${k}`);
  checkProbe(where, probe);
  return (shape, rng, product) =>
    tidy(() => {
      checkRng(where, rng);
      const [batch, ...event] = shape as readonly [number, ...number[]];
      const d = eventSize(event);
      ensure(k <= d, where, () => `expected directions ≤ ${d}, the size of an example, got ${k}`);
      // [S, B, ...event] ↔ [B, S, d]
      const rows = (v: Tensor) => transpose(reshape(v, [-1, batch, d]), [1, 0, 2]) as Tensor3D;
      const q = orthonormalize(rows(product(rng.normal([k, ...shape])))) as Tensor3D;
      const { vectors, weight, ...rest } = probe(shape, rng);
      const g = mul(Math.sqrt(weight), rows(vectors)) as Tensor3D;
      const outside = sub(g, matMul(matMul(g, transpose(q, [0, 2, 1])), q));
      const all = concat([q, outside], 1);
      return {
        // Given Q the first sum is the trace on Q itself, and only the probes g are left to chance.
        random: vectors.shape[0]!,
        ...rest,
        vectors: reshape(transpose(all, [1, 0, 2]), [-1, ...shape]),
        weight: 1,
      };
    });
}
