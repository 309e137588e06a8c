/**
 * Register the gradient of every op of TensorFlow.js: `import '@iresnet/core/gradients'`.
 *
 * `@tensorflow/tfjs-core` keeps its gradients in a module that Node cannot import. Without them
 * `tf.grad` and every optimizer say that a gradient function was not found. This entry holds them
 * bundled; all else it takes from `@tensorflow/tfjs-core`, so there is one engine and one registry.
 * A gradient that is registered already stays as it is. A program that imports `@tensorflow/tfjs`
 * has the gradients and does not need this entry. Where all data are vectors,
 * `@iresnet/core/gradients/vectors` is half as large.
 *
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import '@iresnet/core/gradients';
 *
 * tf.grad((x: tf.Tensor) => tf.sum(tf.square(x)))(tf.tensor1d([1, 2, 3])).print(); // [2, 4, 6]
 * ```
 *
 * @packageDocumentation
 */
import '@tensorflow/tfjs-core/dist/register_all_gradients';
// The gradients of prod and gather call these methods of a tensor.
import '@tensorflow/tfjs-core/dist/public/chained_ops/reshape';
import '@tensorflow/tfjs-core/dist/public/chained_ops/slice';
import '@tensorflow/tfjs-core/dist/public/chained_ops/split';
