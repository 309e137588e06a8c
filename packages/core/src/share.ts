import { engine, keep, type Tensor } from '@tensorflow/tfjs-core';

/**
 * A second owner of the memory of a tensor, which no tidy disposes. It keeps the values, and their
 * identity, when the first owner is disposed or assigned to.
 *
 * A clone is a copy on wasm and on libtensorflow, and on every backend the engine runs a kernel and
 * records it for one.
 */
export function share<T extends Tensor>(tensor: T): T {
  const { dataId } = tensor;
  const { backend } = engine().state.tensorInfo.get(dataId)!;
  const owner = engine().makeTensorFromTensorInfo(tensor, backend);
  backend.incRef(dataId);
  return keep(owner as T);
}
