import { util, type KernelBackend, type TensorInfo } from '@tensorflow/tfjs-core';

/** The parts of the native backend that are extended here. */
interface NativeBackend extends KernelBackend {
  readonly binding: Readonly<Record<'TF_ATTR_TYPE' | 'TF_INT32', number>> & {
    createTensor(shape: readonly number[], dtype: number, values: Int32Array): number;
    deleteTensor(id: number): void;
    executeOp(name: string, attributes: object[], inputs: number[], outputs: number): { id: number }[];
  };
  readonly tensorMap: { get(id: object): { readonly shape: number[] } | undefined };
  getInputTensorIds(tensors: readonly TensorInfo[]): number[];
  typeAttributeFromTensor(tensor: TensorInfo): number;
}

/**
 * Let tensors that share their values have different shapes. A tensor of TensorFlow has one shape.
 * On other backends a reshape only gives the same values another one; when such a tensor is moved
 * here, the backend takes it under the shape that the values were first made with.
 *
 * @param native - Changed in place.
 * @returns It.
 */
export function withViews<B extends KernelBackend>(native: B): B {
  const backend = native as unknown as NativeBackend;
  /** The tensors of TensorFlow for the values under other shapes than the first. */
  const views = new WeakMap<object, Map<string, number>>();
  const { binding } = backend;
  const idsOf = backend.getInputTensorIds.bind(backend);

  const viewOf = (tensor: TensorInfo, id: number): number => {
    const ofTensor = views.get(tensor.dataId) ?? new Map<string, number>();
    views.set(tensor.dataId, ofTensor);
    const key = tensor.shape.join();
    let view = ofTensor.get(key);
    if (view === undefined) {
      const shape = binding.createTensor(
        [tensor.shape.length],
        binding.TF_INT32,
        Int32Array.from(tensor.shape),
      );
      const attributes = [
        { name: 'T', type: binding.TF_ATTR_TYPE, value: backend.typeAttributeFromTensor(tensor) },
        { name: 'Tshape', type: binding.TF_ATTR_TYPE, value: binding.TF_INT32 },
      ];
      view = binding.executeOp('Reshape', attributes, [id, shape], 1)[0]!.id;
      binding.deleteTensor(shape);
      ofTensor.set(key, view);
    }
    return view;
  };

  backend.getInputTensorIds = (tensors) =>
    idsOf(tensors).map((id, i) => {
      const tensor = tensors[i]!;
      const first = (tensor.dataId as object | undefined) && backend.tensorMap.get(tensor.dataId);
      return !first || util.arraysEqual(first.shape, tensor.shape) ? id : viewOf(tensor, id);
    });

  const disposeData = backend.disposeData.bind(backend);
  backend.disposeData = (dataId, force) => {
    const removed = disposeData(dataId, force);
    if (removed) for (const view of views.get(dataId)?.values() ?? []) binding.deleteTensor(view);
    if (removed) views.delete(dataId);
    return removed;
  };
  return native;
}
