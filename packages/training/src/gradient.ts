import { engine, Tensor, tidy, zerosLike, type Scalar, type Tensor1D } from '@tensorflow/tfjs-core';
import { IResNetError, type Params } from '@iresnet/core';
import { checkGradients, described, ensure } from '@iresnet/core/internal';
import { flatten } from './flatten';

/**
 * ℓ and ∂ℓ/∂w as one vector: a loss and its gradient with respect to the trainable `params`,
 * flattened in their order.
 *
 * It costs one forward and one backward pass. The loss may assign to variables that are not
 * trainable.
 *
 * @param loss - Returns a scalar. Whatever else it allocates is freed.
 * @param params - Variables by dotted name. Those with `trainable` false are left out.
 * @param unused - Names of variables that the loss may leave out; their gradient is zero.
 * @returns `loss` and `gradient` `[P]`. The caller owns both.
 * @throws IResNetError when the loss is not a scalar, does not depend on a trainable variable that
 * is not listed in `unused`, or the gradients of TensorFlow.js are not registered.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { lossAndGradient } from '@iresnet/training';
 *
 * const params = { w: tf.variable(tf.tensor1d([1, 2])) };
 * const { gradient } = lossAndGradient(() => tf.sum(tf.square(params.w)), params);
 * gradient.print(); // [2, 4]
 * ```
 */
export function lossAndGradient(
  loss: () => Tensor,
  params: Params,
  unused: readonly string[] = [],
): { loss: Scalar; gradient: Tensor1D } {
  const where = 'training.lossAndGradient';
  checkGradients(where);
  const names = Object.keys(params).filter((name) => params[name]!.trainable);
  const variables = names.map((name) => params[name]!);
  ensure(names.length > 0, where, () => 'expected a trainable variable, got none');
  return tidy(() => {
    const { value, grads } = differentiate(() => {
      const result = loss();
      ensure(
        result instanceof Tensor,
        where,
        () => `expected a loss that returns a scalar tensor, not async, got ${described(result)}`,
      );
      ensure(
        result.rank === 0,
        where,
        () => `expected a scalar loss, got the shape [${result.shape.join(', ')}]; tf.mean makes one of it`,
      );
      return result;
    }, variables);
    const gradients = variables.map((variable, i) => {
      const gradient = grads[i] as Tensor | null | undefined;
      if (gradient) return gradient;
      if (unused.includes(names[i]!)) return zerosLike(variable);
      throw new IResNetError(
        'argument',
        where,
        `expected a loss that depends on every trainable variable, got no gradient for '${names[i]}'`,
        { variable: names[i] },
      );
    });
    return { loss: value as Scalar, gradient: flatten(gradients) };
  });
}

function differentiate(f: () => Tensor, xs: Tensor[]): { value: Tensor; grads: Tensor[] } {
  try {
    return engine().gradients(f, xs, undefined, true);
  } catch (error) {
    // The engine frees what the tape saved only after a backward pass that succeeds.
    const { activeTape, gradientDepth } = engine().state;
    if (gradientDepth === 0) {
      for (const node of activeTape ?? []) for (const saved of node.saved ?? []) saved?.dispose();
    }
    throw error;
  }
}
