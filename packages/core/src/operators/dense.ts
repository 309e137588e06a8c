import { tidy, transpose, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { ensure } from '../ensure';
import { rowsTimes } from '../kernels';
import type { LinearOperator } from '../contracts';
import type { HostProducts } from '../hostMap';

/**
 * The most values of a kernel whose products run on the host: a pair of them takes less time than
 * their calls of kernels on a device.
 */
const MOST_ON_HOST = 2 ** 14;

/**
 * The matrix A = Kᵀ of a dense layer x ↦ x K: A v = v K and Aᵀ u = u Kᵀ for row vectors.
 *
 * @param kernel - K, `[in, out]`, shared by all examples.
 * @returns An operator `[in] → [out]` that keeps no tensor of its own. A product costs one matMul.
 * Up to 16,384 values it has products on the host too.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { denseOperator } from '@iresnet/core';
 *
 * const a = denseOperator(tf.tensor2d([[1, 2, 3], [4, 5, 6]]));
 * a.matvec(tf.tensor2d([[1, 1]])).print(); // [[5, 7, 9]]
 * ```
 */
export function denseOperator(kernel: Tensor): LinearOperator {
  ensure(
    kernel.rank === 2,
    'core.denseOperator',
    () => `expected a kernel [in, out], got shape [${kernel.shape}]`,
  );
  const [inputs, outputs] = kernel.shape as [number, number];
  return {
    inShape: [inputs],
    outShape: [outputs],
    matvec: (v) => tidy(() => rows(v, kernel as Tensor2D, 'matvec')),
    rmatvec: (u) => tidy(() => rows(u, transpose(kernel as Tensor2D), 'rmatvec')),
    ...(kernel.size <= MOST_ON_HOST && {
      onHost: () => hostProducts(kernel.dataSync<'float32'>(), inputs, outputs),
    }),
  };
}

/** v K and u Kᵀ. Plain loops: they run for each weight after each step. */
function hostProducts(kernel: Float32Array, inputs: number, outputs: number): HostProducts {
  return {
    matvec(v) {
      const product = new Float64Array(outputs);
      for (let i = 0, at = 0; i < inputs; i++) {
        const value = v[i]!;
        for (let o = 0; o < outputs; o++) product[o]! += value * kernel[at++]!;
      }
      return product;
    },
    rmatvec(u) {
      const product = new Float64Array(inputs);
      for (let i = 0, at = 0; i < inputs; i++) {
        let total = 0;
        for (let o = 0; o < outputs; o++) total += u[o]! * kernel[at++]!;
        product[i] = total;
      }
      return product;
    },
  };
}

/** x K over the last axis, whatever the number of leading axes. */
function rows(x: Tensor, kernel: Tensor2D, name: string): Tensor {
  const width = x.shape[x.rank - 1];
  ensure(
    width === kernel.shape[0],
    `core.denseOperator.${name}`,
    () => `expected vectors of ${kernel.shape[0]} values, got shape [${x.shape}]`,
  );
  return rowsTimes(x, kernel);
}
