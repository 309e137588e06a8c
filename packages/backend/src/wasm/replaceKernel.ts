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

/** What the kernels of this package use of the wasm backend, whose own types come with its package only. */
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

/** A kernel of the wasm backend: its inputs by name, its attributes, the backend, and what it replaces. */
export type WasmKernel = (
  inputs: Inputs,
  attrs: NamedAttrMap,
  backend: WasmBackend,
  original: (inputs?: Inputs, attrs?: NamedAttrMap) => Outputs,
) => Outputs;

const replaced = new WeakSet<KernelFunc>();

/** Put `kernel` in the place of a kernel of the wasm backend, once; where there is none to replace, nothing happens. */
export function replaceWasmKernel(name: string, kernel: WasmKernel): void {
  const config = getKernel(name, 'wasm') as KernelConfig | undefined;
  if (config === undefined || replaced.has(config.kernelFunc)) return;
  const kernelFunc: KernelFunc = ({ inputs, attrs, backend }) =>
    kernel(inputs as Inputs, attrs ?? {}, backend as WasmBackend, (i = inputs as Inputs, a = attrs ?? {}) =>
      config.kernelFunc({ inputs: i as NamedTensorInfoMap, attrs: a, backend }),
    );
  replaced.add(kernelFunc);
  unregisterKernel(name, 'wasm');
  registerKernel({ ...config, kernelFunc }); // its setupFunc stays, for a backend that is started anew
}
