import {
  add,
  div,
  engine,
  grad,
  maximum,
  mul,
  reshape,
  sqrt,
  stack,
  sub,
  sum,
  tidy,
  unstack,
  zerosLike,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { perExample, squaredNorm } from './batch';
import { eventSize } from './shape';
import { customOp } from './customOp';
import { checkOptions, described } from './checks';
import { ensure } from './ensure';
import { noGrad } from './noGrad';
import { disposeParams } from './params';
import type { LipschitzMap, Params } from './contracts';

/**
 * Size of a finite step in the input, root mean square over an example. With four points the error
 * of a difference is about 1e-6.
 */
const STEP = 2 ** -4;

/** Options of {@link functionMap}. */
export interface FunctionMapOptions {
  /**
   * L, a promise: ‖f(x) − f(y)‖ ≤ L‖x − y‖. Invertibility and error bounds rest on it. Nothing
   * checks it here; the solvers of `@iresnet/inversion` report evaluations that contradict it.
   */
  readonly lipschitz: number;
  /** The variables that f computes with and that are to be trained, by name. Default none. */
  readonly params?: Params;
}

/**
 * Any function `(x) => Tensor` as a map with a promised Lipschitz constant.
 *
 * Jᵀu is one backward pass through f. J v is the central difference of f with four points, with an
 * error of about 1e-6 of its size. The gradient of ⟨u, J v⟩ with respect to x and the parameters
 * would need second derivatives, which TensorFlow.js gets wrong for tanh, sigmoid, elu and exp, or
 * refuses; it is the same difference of first derivatives here. So f may use every op that has a
 * first derivative.
 *
 * Layers whose Jacobian is known are exact and cheaper: see `fromLayers`, `elementwise` and
 * `spectralLayer` of `@iresnet/lipschitz`.
 *
 * @param f - `[B, ...in] → [B, ...out]`, made of taped ops. Each example must be independent of the
 * others, and the same x must give the same result each time.
 * @param options - The promised constant, and the variables to train.
 * @returns The map. `dispose` frees the params. A product J v costs four evaluations of f, Jᵀu one
 * with its backward pass. Their backward passes cost four more evaluations with theirs.
 * @throws IResNetError when f is not a function, for an unknown option, and when the promised
 * constant is negative or not a number.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { functionMap } from '@iresnet/core';
 *
 * const g = functionMap((x) => tf.mul(0.5, tf.tanh(x)), { lipschitz: 0.5 });
 * const { jacobian } = g.linearize(tf.tensor2d([[0, 1]]));
 * jacobian.matvec(tf.tensor2d([[1, 1]])).print(); // [[0.5, 0.21]]
 * ```
 */
export function functionMap(f: (x: Tensor) => Tensor, options: FunctionMapOptions): LipschitzMap {
  const where = 'core.functionMap';
  ensure(typeof f === 'function', where, () => `expected a function (x) => Tensor, got ${described(f)}`);
  checkOptions(where, options, { lipschitz: true, params: true });
  const { lipschitz, params = {} } = options;
  ensure(
    typeof lipschitz === 'number' && lipschitz >= 0,
    where,
    () => `expected a Lipschitz constant ≥ 0 as lipschitz, got ${described(lipschitz)}`,
  );
  const names = Object.keys(params).filter((name) => params[name]!.trainable);
  const variables = names.map((name) => params[name]!);
  return {
    params,
    dispose: () => disposeParams(params),
    lipschitzBound: () => lipschitz,
    apply: (x) => tidy(() => f(x)),
    linearize(x) {
      const y = f(x);
      const inShape = x.shape.slice(1);
      const outShape = y.shape.slice(1);
      const inputs = (v: Tensor) =>
        Object.fromEntries([['x', x], ['v', v], ...names.map((n, i) => [`p.${n}`, variables[i]!])]);
      /** ∂⟨u, J v⟩ with respect to x and the parameters, u and v constant. */
      const pairing = (u: Tensor, v: Tensor): Record<string, Tensor> => {
        const [dx, ...rest] = gradients(() => sum(mul(u, difference(f, x, v))), [x, ...variables]);
        return Object.fromEntries([['x', dx!], ...rest.map((g, i) => [`p.${names[i]!}`, g])]);
      };
      const matvec = (v: Tensor) =>
        customOp(
          inputs(v),
          () => ({ outputs: [untaped(() => difference(f, x, v))], saved: [v] }),
          ([du], [at]) => ({ ...pairing(du!, at!), v: untaped(() => grad(f)(x, du!)) }),
        )[0]!;
      const rmatvec = (u: Tensor) =>
        customOp(
          inputs(u),
          () => ({ outputs: [untaped(() => grad(f)(x, u))], saved: [u] }),
          ([dv], [at]) => ({ ...pairing(at!, dv!), v: untaped(() => difference(f, x, dv!)) }),
        )[0]!;
      const each = (rank: number, product: (v: Tensor) => Tensor) => (v: Tensor) =>
        tidy(() => (v.rank === rank + 1 ? product(v) : stack(unstack(v).map(product))));
      return {
        y,
        jacobian: {
          inShape,
          outShape,
          matvec: each(inShape.length, matvec),
          rmatvec: each(outShape.length, rmatvec),
        },
      };
    },
  };
}

/** J v by (8[f(x+hv) − f(x−hv)] − [f(x+2hv) − f(x−2hv)]) / 12h, h chosen per example. */
function difference(f: (x: Tensor) => Tensor, x: Tensor, v: Tensor): Tensor {
  const { step, inverse } = noGrad(() => {
    const size = perExample(sqrt(div(squaredNorm(v), eventSize(v.shape.slice(1)))), v.rank - 1);
    // A zero vector stays zero.
    const h = div(STEP, maximum(size, 1e-30));
    return { step: mul(h, v), inverse: div(1, mul(12, h)) };
  });
  const at = (k: number) => f(add(x, mul(k, step)));
  const near = mul(8, sub(at(1), at(-1)));
  const far = sub(at(2), at(-2));
  return mul(sub(near, far), perExample(reshape(inverse, [-1]), near.rank - 1));
}

/** Computed outside the tape around it. */
function untaped(compute: () => Tensor): Tensor {
  return noGrad(() => tidy(compute));
}

/** ∂ℓ/∂x for each x, zeros where ℓ does not depend on it. */
function gradients(loss: () => Tensor, xs: Tensor[]): Tensor[] {
  return noGrad(() =>
    tidy(() => {
      const found = engine().gradients(loss, xs, undefined, true).grads as (Tensor | null | undefined)[];
      return xs.map((x, i) => found[i] ?? zerosLike(x));
    }),
  );
}
