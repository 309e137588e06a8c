import {
  add,
  clone,
  dispose,
  div,
  tidy,
  type Scalar,
  type Tensor1D,
  type TensorContainer,
} from '@tensorflow/tfjs-core';
import type { BatchSource } from './batches';

/** A loss and its gradient with respect to all weights. */
export type LossAndGradient = { readonly loss: Scalar; readonly gradient: Tensor1D };

/**
 * (1/K) Σₖ ℓₖ and (1/K) Σₖ ∂ℓₖ/∂w over the K micro-batches K·step, …, K·step + K − 1, or null where
 * the batches end before the last of them. Only one micro-batch and one sum are alive at a time.
 * Nothing is read back. The caller owns the result.
 */
export async function meanOverBatches<B extends TensorContainer>(
  source: BatchSource<B>,
  step: number,
  count: number,
  evaluate: (batch: B, index: number) => LossAndGradient,
): Promise<LossAndGradient | null> {
  let sum = null as LossAndGradient | null;
  try {
    for (let index = step * count; index < (step + 1) * count; index++) {
      const before = sum;
      const after = await source.with<LossAndGradient>(index, (batch) =>
        tidy(() => {
          const { loss, gradient } = evaluate(batch, index);
          return before === null
            ? { loss, gradient }
            : { loss: add<Scalar>(before.loss, loss), gradient: add<Tensor1D>(before.gradient, gradient) };
        }),
      );
      if (after === null) return null;
      sum = after;
      if (before) dispose({ ...before });
    }
    const { loss, gradient } = sum!;
    return tidy(() =>
      count === 1
        ? { loss: clone(loss), gradient: clone(gradient) }
        : { loss: div<Scalar>(loss, count), gradient: div<Tensor1D>(gradient, count) },
    );
  } finally {
    if (sum) dispose({ ...sum });
  }
}
