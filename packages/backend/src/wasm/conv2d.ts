import {
  backend_util,
  getKernel,
  registerKernel,
  type NamedAttrMap,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { replaceWasmKernel, type WasmBackend } from './replaceKernel';

type Size = [number, number, number, number];
type Pad = { top: number; bottom: number; left: number; right: number };

/** Run kernels on bare tensor descriptions, and free all results but the last. */
function chain(backend: WasmBackend) {
  const between: TensorInfo[] = [];
  return {
    run(name: string, inputs: Record<string, TensorInfo>, attrs: NamedAttrMap): TensorInfo {
      const out = getKernel(name, 'wasm').kernelFunc({ inputs, backend, attrs }) as TensorInfo;
      between.push(out);
      return out;
    },
    result(out: TensorInfo): TensorInfo {
      for (const { dataId } of between) if (dataId !== out.dataId) backend.disposeData(dataId);
      return out;
    },
  };
}

const convolution = (pad: Pad, dilations: [number, number]): NamedAttrMap => ({
  strides: [1, 1],
  pad: [
    [0, 0],
    [pad.top, pad.bottom],
    [pad.left, pad.right],
    [0, 0],
  ],
  dataFormat: 'NHWC',
  dilations,
});

function convInfo(inShape: readonly number[], filterShape: readonly number[], attrs: NamedAttrMap) {
  return backend_util.computeConv2DInfo(
    inShape as Size,
    filterShape as Size,
    attrs['strides'] as [number, number],
    1,
    attrs['pad'] as 'same',
    attrs['dimRoundingMode'] as 'floor',
  );
}

/**
 * dL/dx[p] = Σ_k W[k]ᵀ dy[p − k + pad]. For stride 1, dy is convolved with the kernel, reversed and
 * transposed.
 */
function inputGradient(): void {
  replaceWasmKernel('Conv2DBackpropInput', ({ dy, filter }, attrs, backend, original) => {
    const info = convInfo(attrs['inputShape'] as number[], filter!.shape, attrs);
    const [height, width] = filter!.shape as Size;
    const { top, bottom, left, right } = info.padInfo;
    const pad = {
      top: height - 1 - top,
      bottom: height - 1 - bottom,
      left: width - 1 - left,
      right: width - 1 - right,
    };
    const covered =
      attrs['dataFormat'] !== 'NCHW' &&
      info.strideHeight === 1 &&
      info.strideWidth === 1 &&
      Object.values(pad).every((p) => p >= 0);
    if (!covered) return original();
    const { run, result } = chain(backend);
    const flipped = run('Reverse', { x: filter! }, { dims: [0, 1] });
    const transposed = run('Transpose', { x: flipped }, { perm: [0, 1, 3, 2] });
    return result(run('Conv2D', { x: dy!, filter: transposed }, convolution(pad, [1, 1])));
  });
}

/**
 * dL/dW[k] = Σ_{b,p} x[b, s p + k − pad] dy[b, p]ᵀ: the convolution of x with dy as its filter. The
 * channels are its batch, the batch its channels, and the stride s of the layer dilates the filter.
 */
function filterGradient(
  inputs: Record<string, TensorInfo>,
  attrs: NamedAttrMap,
  backend: WasmBackend,
): TensorInfo {
  const { x, dy } = inputs as { x: TensorInfo; dy: TensorInfo };
  if (attrs['dataFormat'] === 'NCHW')
    throw new Error('Conv2DBackpropFilter on wasm: expected NHWC, got NCHW');
  const filterShape = attrs['filterShape'] as Size;
  const info = convInfo(x.shape, filterShape, attrs);
  const { run, result } = chain(backend);
  const { top, bottom, left, right } = info.padInfo;
  const pointwise =
    info.filterHeight * info.filterWidth * info.strideHeight * info.strideWidth === 1 &&
    top + bottom + left + right === 0;
  if (pointwise) {
    const rows = (tensor: TensorInfo): TensorInfo =>
      run(
        'Reshape',
        { x: tensor },
        { shape: [info.batchSize * info.outHeight * info.outWidth, tensor.shape[3]!] },
      );
    const product = run('BatchMatMul', { a: rows(x), b: rows(dy) }, { transposeA: true, transposeB: false });
    return { ...result(product), shape: filterShape };
  }
  const images = run('Transpose', { x }, { perm: [3, 1, 2, 0] });
  const filter = run('Transpose', { x: dy }, { perm: [1, 2, 0, 3] });
  const full = run(
    'Conv2D',
    { x: images, filter },
    convolution({ top, bottom, left, right }, [info.strideHeight, info.strideWidth]),
  );
  // If the stride does not divide the size, the last rows and columns have no part in any output.
  const size = [info.inChannels, info.filterHeight, info.filterWidth, info.outChannels];
  const cut = run('Slice', { x: full }, { begin: [0, 0, 0, 0], size });
  return result(run('Transpose', { x: cut }, { perm: [1, 2, 0, 3] }));
}

/**
 * Compute both gradients of conv2d by forward convolutions: `Conv2DBackpropInput`, which is also
 * the forward kernel of conv2dTranspose and becomes ten times faster for stride 1, and
 * `Conv2DBackpropFilter`, which the wasm backend lacks.
 */
export function accelerateConv2d(): void {
  inputGradient();
  if ((getKernel('Conv2DBackpropFilter', 'wasm') as unknown) != null) return;
  registerKernel({
    kernelName: 'Conv2DBackpropFilter',
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs, backend }) =>
      filterGradient(inputs as Record<string, TensorInfo>, attrs ?? {}, backend as WasmBackend),
  });
}
