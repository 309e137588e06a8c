import {
  getKernel,
  registerKernel,
  unregisterKernel,
  type DataId,
  type KernelBackend,
  type KernelConfig,
  type KernelFunc,
  type NamedAttrMap,
  type NamedTensorInfoMap,
  type TensorInfo,
} from '@tensorflow/tfjs-core';

/**
 * The parts of the wasm backend that our kernels use. Its own types come with its package, which is
 * optional.
 */
export interface WasmBackend extends KernelBackend {
  readonly wasm: {
    readonly HEAPU8: Uint8Array;
    readonly asm?: Readonly<Record<string, unknown>>;
    readonly wasmMemory?: WebAssembly.Memory;
  };
  readonly dataIdMap: { get(dataId: DataId): { readonly memoryOffset: number } };
  makeOutput(shape: readonly number[], dtype: string): TensorInfo;
  typedArrayFromHeap(tensor: TensorInfo): Float32Array | Int32Array | Uint8Array;
}

type Inputs = Readonly<Record<string, TensorInfo>>;
type Outputs = TensorInfo | TensorInfo[];

/**
 * A kernel of the wasm backend: its inputs by name, its attributes, the backend, and the kernel
 * that it replaces.
 */
export type WasmKernel = (
  inputs: Inputs,
  attrs: NamedAttrMap,
  backend: WasmBackend,
  original: (inputs?: Inputs, attrs?: NamedAttrMap) => Outputs,
) => Outputs;

const replaced = new WeakSet<KernelFunc>();

/**
 * Put `kernel` in the place of a kernel of the wasm backend, once. Does nothing if there is none to
 * replace.
 */
export function replaceWasmKernel(name: string, kernel: WasmKernel): void {
  const config = getKernel(name, 'wasm') as KernelConfig | undefined;
  if (config === undefined || replaced.has(config.kernelFunc)) return;
  const kernelFunc: KernelFunc = ({ inputs, attrs, backend }) =>
    kernel(inputs as Inputs, attrs ?? {}, backend as WasmBackend, (i = inputs as Inputs, a = attrs ?? {}) =>
      config.kernelFunc({ inputs: i as NamedTensorInfoMap, attrs: a, backend }),
    );
  replaced.add(kernelFunc);
  unregisterKernel(name, 'wasm');
  // The setupFunc stays, for a backend that is started anew.
  registerKernel({ ...config, kernelFunc });
}
