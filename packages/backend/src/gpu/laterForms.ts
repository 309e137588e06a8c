import {
  abs,
  add,
  cast,
  concat,
  div,
  eye,
  greater,
  log,
  maximum,
  mul,
  reshape,
  slice,
  sqrt,
  square,
  sub,
  sum,
  tensor,
  tidy,
  transpose,
  where,
  type Tensor,
  type Tensor3D,
} from '@tensorflow/tfjs-core';
import { customOp, noGrad } from '@iresnet/core';
import type { LaterForms, LaterWeight } from '@iresnet/core/internal';

/** Below it a length counts as 0; its square is not 0 in float32. */
const TINY = 1e-18;
/** Steps of power iteration after a step of an optimizer, and after another change of a weight. */
const STEPS = { small: 2, other: 30 } as const;

/**
 * The forms that wait for no reading in a step of training. `valuesOf` gives the values of a vector
 * that was loaded, or null where they are not on the host.
 */
export function laterFormsOf(
  valuesOf: (x: Tensor) => Float32Array | null,
): Pick<LaterForms, 'follow' | 'normalized' | 'logDet'> {
  return {
    follow(weight, change) {
      const { u, v } = weight.params;
      if (change || !isDirection(valuesOf(u)) || !isDirection(valuesOf(v)))
        iterate(weight, STEPS[change ?? 'other']);
      return null;
    },
    normalized,
    logDet,
  };
}

/** Whether a vector that was loaded has a length, and at most that of iterated ones. */
function isDirection(values: Float32Array | null): boolean {
  const squares = values?.reduce((total, value) => total + value * value, 0) ?? 0;
  return squares > 0 && squares <= 1 + 1e-3;
}

/** Aᵀ and A in turn, each vector divided by its length; where A is zero u stays. */
function iterate({ params, family }: LaterWeight, steps: number): void {
  noGrad(() =>
    tidy(() => {
      const a = family.at(params.kernel);
      const lengthOf = (x: Tensor): Tensor => sqrt(sum(square(x)));
      let [u, v]: Tensor[] = [params.u, params.v];
      for (let step = 0; step < steps; step++) {
        const right = a.rmatvec(u!);
        v = div(right, maximum(lengthOf(right), TINY));
        const left = a.matvec(v);
        const length = lengthOf(left);
        u = where(greater(length, 0), div(left, maximum(length, TINY)), u!);
      }
      params.u.assign(u!);
      params.v.assign(v!);
    }),
  );
}

/** W̄ with σ as a tensor. Below its bound W is multiplied by exactly 1. */
function normalized({ params: { kernel, u, v }, coefficient: c, epsilon, family }: LaterWeight): Tensor {
  return customOp(
    { w: kernel },
    () => {
      const sigma = sum(mul(u, family.at(kernel).matvec(v)));
      const factor = div(1, add(maximum(1, div(sigma, c)), epsilon));
      // f²/c where σ counts, else 0.
      const slope = mul(div(square(factor), c), cast(greater(sigma, c), 'float32'));
      return { outputs: [mul(kernel, factor)], saved: [kernel, u, v, factor, slope] };
    },
    ([dy], saved) => {
      const [w, left, right, factor, slope] = saved as [Tensor, Tensor, Tensor, Tensor, Tensor];
      const along = mul(sum(mul(dy!, w)), slope);
      return { w: sub(mul(dy!, factor), mul(family.pairing(w, left, right), along)) };
    },
  )[0]!;
}

/**
 * ln|det(I + A)| on the device by Gauss–Jordan elimination in place, without pivoting:
 * M ← M − (c − e)(r + eᵀ)/p for each pivot p with its column c and row r, which ends in M⁻¹.
 */
function logDet(columns: Tensor): Tensor {
  const [d, batch] = columns.shape as [number, number, number];
  const [value] = customOp(
    { columns },
    () => {
      let m: Tensor3D = add(transpose(columns, [1, 2, 0]), eye(d));
      const pivots = Array.from({ length: d }, (_, k) => {
        const unit = tensor(Float32Array.from({ length: d }, (_, j) => Number(j === k)));
        const [column, row] = [slice(m, [0, 0, k], [-1, -1, 1]), slice(m, [0, k, 0], [-1, 1, -1])];
        const pivot = slice(m, [0, k, k], [-1, 1, 1]);
        const left = div(sub(column, reshape(unit, [1, d, 1])), pivot);
        m = sub(m, mul(left, add(row, reshape(unit, [1, 1, d]))));
        return pivot;
      });
      const found = sum(log(abs(concat(pivots, 1))), [1, 2]);
      return { outputs: [found], saved: [transpose(m, [1, 0, 2])] };
    },
    ([dy], [inverse]) => ({ columns: mul(reshape(dy!, [1, batch, 1]), inverse!) }),
  );
  return value!;
}
