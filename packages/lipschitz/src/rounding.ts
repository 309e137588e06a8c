import { abs, add, greater, mul, tidy, where, zeros, type Tensor } from '@tensorflow/tfjs-core';
import { noGrad, type Rounded } from '@iresnet/core';
import { functionError, lengthsAbove, sumError } from '@iresnet/core/internal';
import type { ActivationFormula } from './activations/formula';
import type { Layer, LinearLayer } from './layer';

/** A map together with a bound of its rounding. */
type ApplyWithRounding = (x: Tensor) => Rounded;

/** Off the tape, and only the results stay alive. */
export function withRounding(work: ApplyWithRounding): ApplyWithRounding {
  return (x) => noGrad(() => tidy(() => ({ ...work(x) })));
}

/** A map that only moves values: nothing is rounded. */
export function exactly(apply: (x: Tensor) => Tensor): ApplyWithRounding {
  return withRounding((x) => ({ y: apply(x), rounding: zeros([x.shape[0]!]) }));
}

/** a + b of two bounds, rounded up. */
export function sum2(a: Tensor, b: Tensor): Tensor {
  return mul(1 + 2 ** -18, add(a, b));
}

/** The rounding of a single layer; undefined where it is not known. */
export function layerRounding(layer: Layer): ApplyWithRounding | undefined {
  if (layer.kind === 'linear') return layer.family.terms && ((x) => linearRounding(layer, x));
  const { formula } = layer;
  return formula.exact && ((x) => elementwiseRounding(formula, x, (t) => formula.exact!(t)));
}

/** y = A(W)x + b is off by at most γₙ(A(|W|)|x| + |b|), value by value. */
function linearRounding({ family, check, weight, bias }: LinearLayer, x: Tensor): Rounded {
  check(x);
  const w = weight();
  const b = bias();
  const product = family.at(w).matvec(x);
  const size = family.at(abs(w)).matvec(abs(x));
  // One more for the bias, and one for a weight that was scaled to its bound.
  const relative = sumError(family.terms!(w) + 2) * (1 + 2 ** -8);
  return {
    y: b ? add(product, b) : product,
    rounding: mul(relative, lengthsAbove(b ? add(size, abs(b)) : size)),
  };
}

/** y = σ(x) is off by at most near·(1 + |y|) + far·|x|, as measured on the device. */
export function elementwiseRounding(
  formula: ActivationFormula,
  x: Tensor,
  exact: (x: number) => number,
): Rounded {
  const { near, far, reach } = functionError(formula.value, exact);
  const y = formula.value(x);
  if (near === 0 && far === 0) return { y, rounding: zeros([x.shape[0]!]) };
  const size = abs(x);
  const local = add(mul(near, add(1, abs(y))), mul(far, size));
  return { y, rounding: lengthsAbove(where(greater(size, reach), Infinity, mul(1 + 2 ** -8, local))) };
}
