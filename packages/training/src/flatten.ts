import { reshape, split, tensor, tidy, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core';
import { concatFlat, ensure, readsFreely } from '@iresnet/core/internal';

/**
 * All values as one vector, `[P]`, in the order given. The optimizers work on such vectors.
 *
 * It costs one kernel call, and on a GPU and libtensorflow one reshape per tensor.
 *
 * @param tensors - At least one, of any shapes.
 * @returns `[P]`, with P the number of all values. The caller owns it.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { flatten, unflatten } from '@iresnet/training';
 *
 * const weights = [tf.ones([2, 3]), tf.zeros([3])];
 * const flat = flatten(weights); // [9]
 * const [kernel, bias] = unflatten(flat, weights); // [2, 3] and [3]
 * console.log(flat.shape, kernel?.shape, bias?.shape);
 * ```
 */
export function flatten(tensors: readonly Tensor[]): Tensor1D {
  return tidy(() => concatFlat(tensors));
}

/**
 * The inverse of {@link flatten}: cut a vector into float32 tensors with the shapes of `like`.
 *
 * Not differentiable. On backends whose memory is the host's it costs one readback, else one split.
 *
 * @param flat - `[P]`, with P the number of values of all of `like`.
 * @returns One new tensor per entry of `like`. The caller owns them.
 * @throws IResNetError when the sizes differ.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { unflatten } from '@iresnet/training';
 *
 * const [kernel, bias] = unflatten(tf.tensor1d([1, 2, 3]), [tf.zeros([1, 2]), tf.zeros([1])]);
 * kernel?.print(); // [[1, 2]]
 * bias?.print(); // [3]
 * ```
 */
export function unflatten(flat: Tensor1D, like: readonly Tensor[]): Tensor[] {
  const size = like.reduce((sum, t) => sum + t.size, 0);
  ensure(flat.size === size, 'training.unflatten', () => `expected ${size} values, got ${flat.size}`);
  if (readsFreely()) {
    // A slice of the wasm backend copies its whole input, once per variable. That is twenty times
    // slower than one readback.
    const values = flat.dataSync();
    let start = 0;
    return like.map((t) => tensor(values.subarray(start, (start += t.size)), t.shape, 'float32'));
  }
  return tidy(() => {
    const pieces = split(
      flat,
      like.map((t) => t.size),
    );
    return pieces.map((piece, i) => reshape(piece, like[i]!.shape));
  });
}
