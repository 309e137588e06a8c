import {
  add,
  div,
  maximum,
  mul,
  sqrt,
  square,
  sub,
  sum,
  zeros,
  zerosLike,
  logicalNot,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { checkOptions, ensure } from '@iresnet/core/internal';
import type { FixedPointSolver } from '../problem';
import { selectRows } from '../selectRows';
import { safeguard } from './safeguard';

/** Options of {@link newtonGmres}. */
export interface NewtonGmresOptions {
  /** Jacobian products k in each Newton step; 8 by default. */
  readonly products?: number;
}

/**
 * Newton's method x ← x + s with (I − ∂f/∂x) s = f(x) − x, each s from k Jacobian products by
 * GMRES. It suits Lipschitz constants near one, when the map is nearly linear around the solution
 * and Picard steps are short. A step costs k + 2 evaluations.
 *
 * A step is kept, per sample, if it shrinks the residual at least as much as a Picard step would.
 * Otherwise the next step of that sample is a Picard step. It needs a map that can `linearize`.
 *
 * @throws IResNetError for an unknown option, or when `products` is not an integer ≥ 1.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { denseOperator } from '@iresnet/core';
 * import { invertResidual, newtonGmres } from '@iresnet/inversion';
 *
 * const jacobian = denseOperator(tf.tensor2d([[0, 0.99], [0.99, 0]]));
 * const g = {
 *   apply: (x: tf.Tensor) => jacobian.matvec(x),
 *   linearize: (x: tf.Tensor) => ({ y: jacobian.matvec(x), jacobian }),
 * };
 * const { value } = invertResidual(g, tf.tensor2d([[1, 2]]), {
 *   lipschitz: 0.99,
 *   solver: newtonGmres({ products: 2 }),
 * });
 * value.print(); // x with x + g(x) = y: (1 − 1.98, 2 − 0.99) / (1 − 0.9801)
 * ```
 *
 * @see Eisenstat, Elman & Schultz, Variational iterative methods for nonsymmetric systems (SIAM J.
 * Numer. Anal. 1983).
 */
export function newtonGmres(options: NewtonGmresOptions = {}): FixedPointSolver {
  checkOptions('inversion.newtonGmres', options, { products: true });
  const { products = 8 } = options;
  ensure(
    Number.isInteger(products) && products >= 1,
    'inversion.newtonGmres',
    () => `expected an integer number of products ≥ 1, got ${products}`,
  );
  return {
    name: 'newtonGmres',
    usesJacobian: true,
    step(at, problem) {
      // The loop refuses a problem without `linearize` before the first step.
      const { fx, product } = problem.linearize!(at.x);
      const correction = conjugateResidual((v) => sub(v, product(v)), sub(fx, at.x), products);
      const plain = at.memory[0] ?? zeros([at.x.shape[0]!, 1], 'bool');
      const proposal = selectRows(plain, fx, add(at.x, correction));
      const { moved, ...next } = safeguard(at, proposal, plain, problem);
      return { ...next, memory: [logicalNot(moved)] };
    },
  };
}

/**
 * The s that minimizes ‖r − A s‖ over the Krylov space of `products` dimensions: GMRES in the form
 * of generalized conjugate residuals. That form needs no small system and cannot break down when
 * the symmetric part of A is positive definite, as that of I − ∂f/∂x is for a contraction.
 */
function conjugateResidual(a: (v: Tensor) => Tensor, r: Tensor, products: number): Tensor {
  const dot = (u: Tensor, v: Tensor): Tensor => sum(mul(u, v), 1, true);
  const past: { p: Tensor; q: Tensor }[] = []; // q = A p, orthonormal
  let s = zerosLike(r);
  for (let j = 0; j < products; j++) {
    let p = r;
    let q = a(r);
    for (const old of past) {
      const beta = dot(q, old.q);
      p = sub(p, mul(beta, old.p));
      q = sub(q, mul(beta, old.q));
    }
    const length = maximum(sqrt(sum(square(q), 1, true)), 1e-18); // a solved sample has q = 0
    p = div(p, length);
    q = div(q, length);
    const alpha = dot(r, q);
    s = add(s, mul(alpha, p));
    r = sub(r, mul(alpha, q));
    past.push({ p, q });
  }
  return s;
}
