import { add, matMul, reshape, tidy, variable, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { delegate, type Conditional } from '@iresnet/core';
import { checkTensor, ensure, memoizeOnParams, sizeFlaws } from '@iresnet/core/internal';
import { dense, type DenseOptions } from './dense';
import type { LinearLayer } from './layer';
import { layeredMap, type LayeredMap } from './layers';

/** Options of {@link conditionalDense}. */
export interface ConditionalDenseOptions extends DenseOptions {
  /** k, values of one context. */
  readonly contexts: number;
}

/**
 * x ↦ x W̄ + c U + b with ‖W̄‖₂ ≤ c: a dense layer that a context moves.
 *
 * Only W is normalized. The context adds the same to all x, so that the Lipschitz constant, and all
 * that is proven by it, holds for each context, however large.
 *
 * `params`: those of `dense`, and `context` `[k, out]`, which is U. Its start is uniform in ±1/√k.
 *
 * @param options - Those of `dense`, and the size of a context.
 * @returns At contexts `[B, k]` or `[1, k]` a map `[B, in] → [B, out]`, which a sequence fuses as
 * it does `dense`. A use costs one small product more than `dense`. Its bounds of rounding take c
 * U + b as it is computed.
 * @throws IResNetError as `dense` does, and for a context that is not of that size, or not one for
 * each example.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { createRng } from '@iresnet/core';
 * import { conditionalDense } from '@iresnet/lipschitz';
 *
 * const layer = conditionalDense({ inputs: 2, outputs: 2, contexts: 1, bias: false, rng: createRng(0) });
 * layer.params['kernel']!.assign(tf.tensor2d([[0.5, 0], [0, 0.5]]));
 * layer.params['context']!.assign(tf.tensor2d([[10, 0]]));
 * layer.at(tf.tensor2d([[1], [2]])).apply(tf.ones([2, 2])).print(); // [[10.5, 0.5], [20.5, 0.5]]
 * ```
 */
export function conditionalDense({ contexts, ...options }: ConditionalDenseOptions): Conditional<LayeredMap> {
  const where = 'lipschitz.conditionalDense';
  ensure(
    Number.isInteger(contexts) && contexts > 0,
    where,
    () => `expected contexts of k ≥ 1 values, got ${contexts}`,
  );
  const layer = dense(options);
  const linear = layer.layers[0] as LinearLayer;
  const limit = 1 / Math.sqrt(contexts);
  const matrix = tidy(() =>
    variable(options.rng.split('context').uniform([contexts, options.outputs], -limit, limit) as Tensor2D),
  );
  const shared = {
    ...delegate(layer),
    params: { ...layer.params, context: matrix },
    dispose() {
      layer.dispose();
      matrix.dispose();
    },
    flaws: () => [...layer.flaws!(), ...sizeFlaws({ context: matrix })],
    lipschitzBound: memoizeOnParams(layer.params, () => layer.lipschitzBound()),
  };
  return {
    ...shared,
    at(context) {
      checkTensor(where, 'context', context);
      const [count] = context.shape;
      ensure(
        context.rank === 2 && context.shape[1] === contexts,
        where,
        () => `expected a context of shape [B,${contexts}], got [${context.shape}]`,
      );
      const shift = (): Tensor => {
        ensure(count! > 0, where, () => 'expected a context for each example, got none; see at(context)');
        const moved = matMul(context as Tensor2D, matrix);
        const bias = linear.bias();
        const sum = bias ? add(moved, bias) : moved;
        // One for all examples is a bias like any other.
        return count === 1 ? reshape(sum, [options.outputs]) : sum;
      };
      const check = (x: Tensor): void => {
        linear.check(x);
        ensure(
          count === 1 || count === x.shape[0],
          where,
          () => `expected a context for each of ${x.shape[0]} examples, got ${count}`,
        );
      };
      // A map on the host would have one bias for all examples.
      const { onHost: _, ...map } = layeredMap([{ ...linear, check, bias: shift }], shared);
      return map;
    },
  };
}
