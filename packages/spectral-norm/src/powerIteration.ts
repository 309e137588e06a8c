import {
  div,
  greater,
  maximum,
  mul,
  sqrt,
  square,
  sum,
  tensor,
  tidy,
  where,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { noGrad, type LinearOperator } from '@iresnet/core';
import { checkTensor, ensure } from '@iresnet/core/internal';
import { checkIterationOptions, checkOperator, type PowerIterationOptions } from './iterationOptions';

/**
 * It keeps a division by a length of 0 finite. The square of a shorter length underflows in
 * float32.
 */
const TINY = 1e-18;

/** The result of {@link powerIteration}. The tensors belong to the caller. */
export type SingularTriple = {
  /**
   * ⟨u, A v⟩, a scalar tensor: an estimate of the largest singular value that is never above it.
   */
  readonly sigma: Tensor;
  /**
   * Left singular vector, `[1, ...outShape]`, of unit length. That holds where A is zero or not
   * finite too, so that it can start the next call.
   */
  readonly u: Tensor;
  /** Right singular vector, `[1, ...inShape]`, of unit length; zero where A is zero. */
  readonly v: Tensor;
  /** Steps done. */
  readonly steps: number;
};

/**
 * Power iteration: v ← Aᵀu / ‖Aᵀu‖, u ← Av / ‖Av‖, then σ = ⟨u, Av⟩.
 *
 * σ is a lower bound of ‖A‖₂ that converges like (σ₂/σ₁)²ᵏ. Give the u of the last call as a warm
 * start. To iterate u first, pass the transposed operator and a start v. The result is a constant
 * for an enclosing gradient.
 *
 * @param a - The operator at its true shape: a convolution's norm depends on the image size and
 * padding.
 * @param u - Start vector, `[1, ...outShape]`.
 * @param options - Tolerance and cap.
 * @returns σ, u, v and the steps done; the caller owns the tensors. It costs two products a step,
 * and two readbacks of one vector a step unless `rtol` is 0.
 * @throws IResNetError when A is not an operator, the start vector is not a living float32 tensor
 * of its shape, or an option is unknown or out of range.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { denseOperator } from '@iresnet/core';
 * import { powerIteration } from '@iresnet/spectral-norm';
 *
 * const a = denseOperator(tf.tensor2d([[3, 0], [0, 2]]));
 * const { sigma } = powerIteration(a, tf.tensor2d([[0.6, 0.8]]), { rtol: 1e-7 });
 * sigma.print(); // 3
 * ```
 *
 * @see Miyato et al., Spectral Normalization for GANs (arXiv 1802.05957); Gouk et al. for
 * convolutions (arXiv 1804.04368).
 */
export function powerIteration(
  a: LinearOperator,
  u: Tensor,
  options: PowerIterationOptions = {},
): SingularTriple {
  const where = 'spectral-norm.powerIteration';
  checkOperator(where, a);
  checkTensor(where, 'u', u);
  checkIterationOptions(where, options);
  const { rtol = 1e-4, maxSteps = 100 } = options;
  ensure(
    u.shape.slice(1).join() === a.outShape.join() && u.shape[0] === 1,
    where,
    () => `expected a start vector of shape [1,${a.outShape}], got [${u.shape}]`,
  );
  let steps = 0;
  const unit = rtol === 0 ? unitOnDevice : unitOnHost;
  const triple = noGrad(() =>
    tidy(() => {
      const start = unit(u).vector;
      let state = step(a, start, unit);
      for (steps = 1; steps < maxSteps && !settled(state, rtol); steps++) {
        const { u: last } = state;
        state = tidy(() => step(a, last.vector, unit));
      }
      // As singularValue computes it, so that stored vectors give the same bits.
      const sigma = sum(mul(state.u.vector, state.av));
      // A zero operator, or one with NaN, has no next u. The start takes its place, so that a later
      // call can leave that state.
      return { u: chooseIfPositive(state.u.length, state.u.vector, start), v: state.v.vector, sigma };
    }),
  );
  return { ...triple, steps };
}

/** A vector divided by its length; a zero vector stays zero. */
type Unit = { vector: Tensor; length: Tensor | number };

/** ‖Aᵀu‖ of v ≤ ‖Av‖ of the new u ≤ ‖A‖. */
type State = { v: Unit; u: Unit; av: Tensor };

function step(a: LinearOperator, last: Tensor, unit: (x: Tensor) => Unit): State {
  const v = unit(a.rmatvec(last));
  const av = a.matvec(v.vector);
  return { v, u: unit(av), av };
}

/** Whether the two estimates of one step agree. The negated comparison stops on NaN too. */
function settled({ v, u }: State, rtol: number): boolean {
  if (typeof u.length !== 'number' || typeof v.length !== 'number') return false;
  return !(u.length - v.length > rtol * u.length);
}

function chooseIfPositive(condition: Tensor | number, yes: Tensor, no: Tensor): Tensor {
  if (typeof condition !== 'number') return where(greater(condition, 0), yes, no);
  return condition > 0 ? yes : no;
}

/** Without any readback. */
function unitOnDevice(x: Tensor): Unit {
  const length = sqrt(sum(square(x)));
  return { vector: div(x, maximum(length, TINY)), length };
}

/** With the readback that the tolerance needs anyway: a third of the kernel calls. */
function unitOnHost(x: Tensor): Unit {
  const values = x.dataSync();
  let squares = 0;
  for (const value of values) squares += value * value;
  const length = Math.sqrt(squares);
  const size = Math.max(length, TINY);
  return {
    vector: tensor(
      values.map((value) => value / size),
      x.shape,
    ),
    length,
  };
}
