import { customGrad, mul, tidy, zerosLike, type GradSaveFunc, type Tensor } from '@tensorflow/tfjs-core';
import { diagonalOperator, noGrad, type LipschitzMap } from '@iresnet/core';

/** σ and its first two derivatives, elementwise. Run untaped; a later member may use what an earlier one computed. */
export interface ActivationFormula {
  /** σ(x). */
  value(x: Tensor): Tensor;
  /** σ′(x), with y = σ(x). */
  slope(x: Tensor, y: Tensor): Tensor;
  /** σ″(x), with y = σ(x) and s = σ′(x). Left out when σ″ = 0 almost everywhere. */
  curvature?(x: Tensor, y: Tensor, s: Tensor): Tensor;
  /** sup |σ′|, exact or rounded up. */
  readonly lipschitz: number;
}

/**
 * x ↦ σ(x), elementwise, as a Lipschitz map, from σ, σ′ and σ″.
 *
 * σ and σ′ become ops of their own whose gradients are σ′ and σ″: TensorFlow.js differentiates its own tanh, sigmoid, elu and
 * exp wrongly or not at all the second time, and here nothing is differentiated twice. The Jacobian is diagonal.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { elementwise } from '@iresnet/lipschitz';
 *
 * const atan = elementwise({
 *   value: (x) => tf.atan(x),
 *   slope: (x) => tf.reciprocal(tf.add(1, tf.square(x))),
 *   curvature: (x, _y, s) => tf.mul(-2, tf.mul(x, tf.square(s))),
 *   lipschitz: 1,
 * });
 * atan.apply(tf.tensor2d([[0, 1]])).print();
 * ```
 */
export function elementwise(formula: ActivationFormula): LipschitzMap {
  return {
    params: {},
    dispose: () => undefined,
    lipschitzBound: () => formula.lipschitz,
    apply: (x) => tidy(() => applyFormula(formula, x)),
    linearize(x) {
      const { y, slope } = valueAndSlope(formula, x);
      return { y, jacobian: diagonalOperator(slope) };
    },
  };
}

/** σ(x), taped once. */
export function applyFormula(formula: ActivationFormula, x: Tensor): Tensor {
  return customGrad((input, save) => {
    const y = formula.value(input as Tensor);
    (save as GradSaveFunc)([input as Tensor, y]);
    return {
      value: y,
      gradFunc: (dy: Tensor, saved: Tensor[]) => mul(dy, formula.slope(saved[0]!, saved[1]!)),
    };
  })(x);
}

/** σ(x) and σ′(x), each computed once and taped once. */
export function valueAndSlope(formula: ActivationFormula, x: Tensor): { y: Tensor; slope: Tensor } {
  const pair = tidy(() =>
    noGrad(() => {
      const value = formula.value(x);
      return { value, slope: formula.slope(x, value) };
    }),
  );
  const y = customGrad((_input, save) => {
    (save as GradSaveFunc)([pair.slope]);
    return { value: pair.value, gradFunc: (dy: Tensor, saved: Tensor[]) => mul(dy, saved[0]!) };
  })(x);
  const slope = customGrad((input, save) => {
    (save as GradSaveFunc)([input as Tensor, pair.value, pair.slope]);
    return {
      value: pair.slope,
      gradFunc: (ds: Tensor, saved: Tensor[]) =>
        formula.curvature ? mul(ds, formula.curvature(saved[0]!, saved[1]!, saved[2]!)) : zerosLike(ds),
    };
  })(x);
  return { y, slope };
}
