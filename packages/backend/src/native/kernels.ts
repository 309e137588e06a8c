import {
  getKernel,
  registerKernel,
  unregisterKernel,
  util,
  type KernelConfig,
  type KernelFunc,
  type NamedTensorInfoMap,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type * as Core from '@tensorflow/tfjs-core';

type Tf = typeof Core;
type Registry = Pick<Tf, 'getKernel' | 'registerKernel' | 'unregisterKernel'>;

/** The parts of the native backend that the kernels below use. */
interface NativeBackend {
  readonly binding: Readonly<Record<'TF_ATTR_TYPE' | 'TF_ATTR_BOOL' | 'TF_INT32', number>> & {
    createTensor(shape: readonly number[], dtype: number, values: Int32Array): number;
    executeOp(name: string, attributes: object[], inputs: number[], outputs: number): object[];
  };
  getInputTensorIds(tensors: readonly TensorInfo[]): number[];
  typeAttributeFromTensor(tensor: TensorInfo): number;
  createOutputTensor(metadata: object): TensorInfo;
  incRef(id: object): void;
}

/** How many shapes, axes and permutations are kept. */
const most = 4096;

/**
 * Replace slow kernels of the native backend by fast ones with the same results. The originals of
 * `Reshape`, `Sum` and `Transpose` make a tensor of the shape, the axes or the permutation in each
 * call; here these tensors are kept. A reshape to the same shape shares the values. The original
 * `Step` makes six tensors of the size of its argument.
 */
export function accelerateNative(registry: Registry = { getKernel, registerKernel, unregisterKernel }): void {
  const kept = new Map<string, number>();

  /** Run an op whose second input is a list of integers. Undefined if no more lists can be kept. */
  const withList = (
    { backend, inputs }: Parameters<KernelFunc>[0],
    op: string,
    list: readonly number[],
    typeOfList: string,
    attributes: (binding: NativeBackend['binding']) => object[] = () => [],
  ): TensorInfo | undefined => {
    const { x } = inputs as { x: TensorInfo };
    const native = backend as NativeBackend;
    const { binding } = native;
    const key = list.join();
    let id = kept.get(key);
    if (id === undefined) {
      if (kept.size >= most || x.dtype === 'string') return undefined;
      id = binding.createTensor([list.length], binding.TF_INT32, Int32Array.from(list));
      kept.set(key, id);
    }
    const type = (name: string, value: number): object => ({ name, type: binding.TF_ATTR_TYPE, value });
    const types = [type('T', native.typeAttributeFromTensor(x)), type(typeOfList, binding.TF_INT32)];
    const ids = [native.getInputTensorIds([x])[0]!, id];
    return native.createOutputTensor(binding.executeOp(op, [...attributes(binding), ...types], ids, 1)[0]!);
  };

  replace(registry, 'Reshape', (call, original) => {
    const { x } = call.inputs as { x: TensorInfo };
    const shape = call.attrs!['shape'] as number[];
    if (util.arraysEqual(shape, x.shape)) {
      (call.backend as NativeBackend).incRef(x.dataId);
      return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
    }
    return withList(call, 'Reshape', shape, 'Tshape') ?? original(call);
  });

  replace(registry, 'Sum', (call, original) => {
    const { x } = call.inputs as { x: TensorInfo };
    const { axis, keepDims = false } = call.attrs as { axis: number | number[]; keepDims?: boolean };
    const axes = util.parseAxisParam(axis, x.shape);
    const keep = (binding: NativeBackend['binding']): object[] => [
      { name: 'keep_dims', type: binding.TF_ATTR_BOOL, value: keepDims },
    ];
    return withList(call, 'Sum', axes, 'Tidx', keep) ?? original(call);
  });

  replace(registry, 'Transpose', (call, original) => {
    const permutation = call.attrs!['perm'] as number[];
    return withList(call, 'Transpose', permutation, 'Tperm') ?? original(call);
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
