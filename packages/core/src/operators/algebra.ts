import { add, mul, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { ensure } from '../ensure';
import { times } from '../kernels';
import type { LinearOperator } from '../contracts';
import type { Shape } from '../shape';

/** The identity I on events of the given shape. Costs nothing. */
export function identityOperator(shape: Shape): LinearOperator {
  const same = (v: Tensor) => tidy(() => v.clone());
  return { inShape: shape, outShape: shape, matvec: same, rmatvec: same };
}

/**
 * The diagonal operator diag(d): A v = d ⊙ v.
 *
 * @param diagonal - d, `[B, ...event]`: one diagonal per example (an activation's Jacobian).
 */
export function diagonalOperator(diagonal: Tensor): LinearOperator {
  const shape = diagonal.shape.slice(1);
  const product = (v: Tensor) => times(diagonal, v);
  return { inShape: shape, outShape: shape, matvec: product, rmatvec: product };
}

/** Aᵀ: the two products exchanged. Costs nothing. */
export function transposeOperator(a: LinearOperator): LinearOperator {
  return {
    inShape: a.outShape,
    outShape: a.inShape,
    matvec: (v) => a.rmatvec(v),
    rmatvec: (u) => a.matvec(u),
  };
}

/** c A for a number c. */
export function scaleOperator(a: LinearOperator, c: number): LinearOperator {
  return {
    inShape: a.inShape,
    outShape: a.outShape,
    matvec: (v) => tidy(() => mul(c, a.matvec(v))),
    rmatvec: (u) => tidy(() => mul(c, a.rmatvec(u))),
  };
}

/** A + B. A product costs one product with each. */
export function addOperators(a: LinearOperator, b: LinearOperator): LinearOperator {
  sameShape('core.addOperators', a.inShape, b.inShape);
  sameShape('core.addOperators', a.outShape, b.outShape);
  return {
    inShape: a.inShape,
    outShape: a.outShape,
    matvec: (v) => tidy(() => add(a.matvec(v), b.matvec(v))),
    rmatvec: (u) => tidy(() => add(a.rmatvec(u), b.rmatvec(u))),
  };
}

/**
 * The composition in the order of application: `composeOperators(A₁, …, Aₙ)` is Aₙ ⋯ A₁, the chain
 * rule of a sequence of maps.
 *
 * @throws IResNetError when shapes do not follow each other, or no operator is given.
 */
export function composeOperators(...operators: readonly LinearOperator[]): LinearOperator {
  ensure(operators.length > 0, 'core.composeOperators', () => 'expected at least one operator, got none');
  operators.forEach((a, i) => {
    if (i > 0) sameShape('core.composeOperators', operators[i - 1]!.outShape, a.inShape);
  });
  return {
    inShape: operators[0]!.inShape,
    outShape: operators[operators.length - 1]!.outShape,
    matvec: (v) => tidy(() => operators.reduce((x, a) => a.matvec(x), v)),
    rmatvec: (u) => tidy(() => operators.reduceRight((x, a) => a.rmatvec(x), u)),
  };
}

function sameShape(where: string, a: Shape, b: Shape): void {
  ensure(a.join() === b.join(), where, () => `expected equal shapes, got [${a}] and [${b}]`);
}
