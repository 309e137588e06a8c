import { variable, type Tensor, type Variable } from '@tensorflow/tfjs-core';

/**
 * A second owner of the memory of a tensor. It keeps the values, and their identity, when the first
 * owner is disposed or assigned to.
 *
 * A variable shares the memory of its start value on every backend. A clone is a copy on wasm and
 * on libtensorflow.
 */
export function share<T extends Tensor>(tensor: T): T {
  const owner: Variable = variable(tensor, false);
  return owner as Tensor as T;
}
