import {
  getKernel,
  registerKernel,
  unregisterKernel,
  type KernelConfig,
  type KernelFunc,
  type NamedTensorInfoMap,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type * as Core from '@tensorflow/tfjs-core';

type Tf = typeof Core;
type Registry = Pick<Tf, 'getKernel' | 'registerKernel' | 'unregisterKernel'>;

/** What the kernels below use of the native backend. */
interface NativeBackend {
  readonly binding: Readonly<Record<'TF_ATTR_TYPE' | 'TF_INT32', number>> & {
    createTensor(shape: readonly number[], dtype: number, values: Int32Array): number;
    executeOp(name: string, attributes: object[], inputs: number[], outputs: number): object[];
  };
  getInputTensorIds(tensors: readonly TensorInfo[]): number[];
  typeAttributeFromTensor(tensor: TensorInfo): number;
  createOutputTensor(metadata: object): TensorInfo;
}

const most = 4096;

/**
 * Replace two slow kernels of the native backend by ones of the same results: `Step`, which makes six tensors of the size of
 * its argument, and `Reshape`, which makes a tensor of the shape for each call.
 */
export function accelerateNative(registry: Registry = { getKernel, registerKernel, unregisterKernel }): void {
  const shapes = new Map<string, number>();

  replace(registry, 'Reshape', (call, original) => {
    const { x } = call.inputs as { x: TensorInfo };
    const shape = call.attrs!['shape'] as number[];
    const backend = call.backend as NativeBackend;
    const { binding } = backend;
    const key = shape.join();
    let id = shapes.get(key);
    if (id === undefined) {
      if (shapes.size >= most || x.dtype === 'string') return original(call);
      id = binding.createTensor([shape.length], binding.TF_INT32, Int32Array.from(shape));
      shapes.set(key, id);
    }
    const type = (name: string, value: number): object => ({ name, type: binding.TF_ATTR_TYPE, value });
    const attributes = [type('T', backend.typeAttributeFromTensor(x)), type('Tshape', binding.TF_INT32)];
    const inputs = [backend.getInputTensorIds([x])[0]!, id];
    return backend.createOutputTensor(binding.executeOp('Reshape', attributes, inputs, 1)[0]!);
  });

  // The sign of max(x, 0): 0 or 1, and NaN where x is.
  const [relu, sign] = ['Relu', 'Sign'].map((name) => registry.getKernel(name, 'tensorflow').kernelFunc);
  replace(registry, 'Step', (call, original) => {
    const { x } = call.inputs as { x: TensorInfo };
    if (call.attrs!['alpha'] !== 0 || x.dtype !== 'float32') return original(call);
    const { backend } = call;
    const positive = relu!({ inputs: call.inputs, backend, attrs: {} }) as TensorInfo;
    const value = sign!({ inputs: { x: positive } as NamedTensorInfoMap, backend, attrs: {} });
    (backend as { disposeData(id: object): void }).disposeData(positive.dataId);
    return value;
  });
}

function replace(
  { getKernel, registerKernel, unregisterKernel }: Registry,
  name: string,
  kernel: (call: Parameters<KernelFunc>[0], original: KernelFunc) => TensorInfo | TensorInfo[],
): void {
  const config: KernelConfig = getKernel(name, 'tensorflow');
  unregisterKernel(name, 'tensorflow');
  registerKernel({ ...config, kernelFunc: (call) => kernel(call, config.kernelFunc) });
}
