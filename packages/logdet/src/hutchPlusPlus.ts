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
import { ensure } from '@iresnet/core/internal';
import { orthonormalize } from './krylov';
import { rademacher, type AdaptedProbe, type Probe } from './probes';

/** Options of {@link hutchPlusPlus}. */
export interface HutchPlusPlusOptions {
  /** k, directions whose trace is exact, 1 ≤ k ≤ d. */
  readonly directions: number;
  /** The probes g of the rest. Default one Rademacher vector per example. */
  readonly probe?: Probe;
}

/**
 * tr f(A) = Σᵢ qᵢᵀ f(A) qᵢ + E[gᵀ(I − P) f(A) (I − P)g]: Hutch++ as a set of probes, the k columns qᵢ of an orthonormal basis Q of A Ω, and
 * probes g freed of their part P = QQᵀ in it.
 *
 * Ω is Gaussian. f(A) = log(I + A) has the range of A, so that one product per direction finds where f(A) is large; only what is
 * left there, ‖(I − P) f(A) (I − P)‖²_F, makes variance. `Σ weight u uᵀ = QQᵀ + (I − P) E[g gᵀ] (I − P) = I`: value and gradient are
 * unbiased, for any estimator that these probes go into.
 *
 * Costs k products, then k + S probes instead of S. Pays where the singular values of A fall fast; for a flat spectrum, as trained dense
 * blocks have it, S + k plain probes are better. As the directions cost one product and not one log(I + A) each, it beats the textbook
 * Hutch++ and XTrace at equal products there.
 *
 * @throws IResNetError when k < 1, and by the probe when k > d.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { createRng, denseOperator } from '@iresnet/core';
 * import { arnoldi, hutchPlusPlus } from '@iresnet/logdet';
 *
 * // Rank one: one direction holds all of the trace, whatever the seed.
 * const a = denseOperator(tf.mul(0.1, tf.ones([5, 5])));
 * const logDet = arnoldi({ products: 2, probe: hutchPlusPlus({ directions: 1 }) });
 * logDet(a, [1, 5], createRng(0)).print(); // ln 1.5 = 0.4055
 * ```
 *
 * @see Meyer, Musco, Musco and Woodruff, Hutch++ (arXiv 2010.09649); its relative XTrace: Epperly, Tropp and Webber (arXiv 2301.07825).
 */
export function hutchPlusPlus(options: HutchPlusPlusOptions): AdaptedProbe {
  const { directions: k, probe = rademacher() } = options;
  const where = 'logdet.hutchPlusPlus';
  ensure(Number.isInteger(k) && k >= 1, where, () => `expected directions ≥ 1, got ${k}`);
  return (shape, rng, product) =>
    tidy(() => {
      const [batch, ...event] = shape as readonly [number, ...number[]];
      const d = eventSize(event);
      ensure(k <= d, where, () => `expected directions ≤ ${d}, the size of an example, got ${k}`);
      // [S, B, ...event] ↔ [B, S, d]
      const rows = (v: Tensor) => transpose(reshape(v, [-1, batch, d]), [1, 0, 2]) as Tensor3D;
      const q = orthonormalize(rows(product(rng.normal([k, ...shape])))) as Tensor3D;
      const { vectors, weight } = probe(shape, rng);
      const g = mul(Math.sqrt(weight), rows(vectors)) as Tensor3D;
      const rest = sub(g, matMul(matMul(g, transpose(q, [0, 2, 1])), q));
      const all = concat([q, rest], 1);
      return { vectors: reshape(transpose(all, [1, 0, 2]), [-1, ...shape]), weight: 1 };
    });
}
