import { add, div, dispose, tidy, type Scalar, type Tensor1D } from '@tensorflow/tfjs-core';

/** A loss and its gradient with respect to all weights. */
export type LossAndGradient = { readonly loss: Scalar; readonly gradient: Tensor1D };

/**
 * The losses and gradients of the micro-batches of a step, in order. It ends early where the
 * batches do. Whoever iterates owns them.
 */
export type GradientsOf = (step: number) => AsyncIterable<LossAndGradient>;

/**
 * (1/K) Σₖ ℓₖ and (1/K) Σₖ ∂ℓₖ/∂w, summed in the order in which they come, or null where there are
 * less than K. Nothing is read back. It disposes what comes; the caller owns the result.
 */
export async function meanGradient(
  each: AsyncIterable<LossAndGradient>,
  count: number,
): Promise<LossAndGradient | null> {
  let sum = null as LossAndGradient | null;
  let found = 0;
  try {
    for await (const next of each) {
      const before = sum;
      sum = before ? plus(before, next) : next;
      if (before) dispose({ ...before, next });
      found++;
    }
    if (found < count) return null;
    const { loss, gradient } = sum!;
    if (count > 1)
      return tidy(() => ({ loss: div<Scalar>(loss, count), gradient: div<Tensor1D>(gradient, count) }));
    sum = null;
    return { loss, gradient };
  } finally {
    if (sum) dispose({ ...sum });
  }
}

function plus(a: LossAndGradient, b: LossAndGradient): LossAndGradient {
  return tidy(() => ({
    loss: add<Scalar>(a.loss, b.loss),
    gradient: add<Tensor1D>(a.gradient, b.gradient),
  }));
}
