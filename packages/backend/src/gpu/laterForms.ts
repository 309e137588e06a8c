import {
  abs,
  add,
  cast,
  clipByValue,
  concat,
  div,
  eye,
  greaterEqual,
  log,
  matMul,
  mul,
  reshape,
  slice,
  sqrt,
  sub,
  sum,
  tensor,
  tidy,
  transpose,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
} from '@tensorflow/tfjs-core';
import { customOp, noGrad } from '@iresnet/core';
import type { LaterForms, LaterWeight } from '@iresnet/core/internal';

/** Below it a length counts as 0; its square is not 0 in float32. */
const TINY = 1e-18;
/** So much of the first u is in each next one, which counts only where A is nearly 0. */
const STAY = 1e-12;
/** Nearly the largest number of float32. */
const LARGEST = 3.4e38;
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

/** max(x, least). A number that is the operand of an op would be sent to the device each time. */
function atLeast(x: Tensor, least: number): Tensor {
  return clipByValue(x, least, LARGEST);
}

/** ⟨x, y⟩, `[1, 1]`: a product of matrices is one kernel, where a sum of products takes several. */
function dot(x: Tensor, y: Tensor): Tensor2D {
  const [row, other] = [reshape(x, [1, x.size]), reshape(y, [1, y.size])];
  return matMul(row as Tensor2D, other as Tensor2D, false, true);
}

/** x divided by its length. */
function unit(x: Tensor): Tensor {
  return reshape(div(x, sqrt(atLeast(dot(x, x), TINY ** 2))), x.shape);
}

/**
 * Aᵀ and A in turn, u divided by its length each time and v at the end; where A is zero u stays.
 */
function iterate({ params, family }: LaterWeight, steps: number): void {
  noGrad(() =>
    tidy(() => {
      const a = family.at(params.kernel);
      let u: Tensor = params.u;
      let right: Tensor = params.v;
      const start = mul(u, STAY);
      for (let step = 0; step < steps; step++) {
        right = a.rmatvec(u);
        u = unit(add(a.matvec(right), start));
      }
      params.u.assign(u);
      params.v.assign(unit(right));
    }),
  );
}

/** W̄ = W/m, m = max(1, σ/c) + ε, with σ as a tensor. */
function normalized({ params: { kernel, u, v }, coefficient: c, epsilon, family }: LaterWeight): Tensor {
  return customOp(
    { w: kernel },
    () => {
      const sigma = dot(u, family.at(kernel).matvec(v));
      const ratio = div(kernel.rank < 2 ? reshape(sigma, []) : sigma, c);
      const most = atLeast(ratio, 1);
      const m = epsilon === 0 ? most : add(most, epsilon);
      return { outputs: [div(kernel, m)], saved: [kernel, u, v, m, greaterEqual(ratio, most)] };
    },
    ([dy], saved) => {
      // dW̄ = (dW − W dm/m)/m, and dm = dσ/c where σ ≥ c, else 0.
      const [w, left, right, m, counts] = saved as [Tensor, Tensor, Tensor, Tensor, Tensor];
      const along = mul(div(sum(mul(dy!, w)), m), cast(counts, 'float32'));
      return { w: div(sub(dy!, mul(family.pairing(w, left, right), div(along, c))), m) };
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
