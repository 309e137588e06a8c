import { eye, pad, reshape, reverse, transpose, type Tensor } from '@tensorflow/tfjs-core';
import {
  conv2dOperator,
  createRng,
  denseOperator,
  IResNetError,
  type LinearOperator,
  type LipschitzMap,
  type Params,
} from '@iresnet/core';
import { conv2d, dense, type SpectralOptions } from '@iresnet/lipschitz';
import { weightOf } from './layout';

/** Rows and columns of a feature map. */
export type Size = readonly [number, number];

/**
 * What the official i-ResNet code adds to the divisor of a convolution's weight, and to no other.
 */
export const CONV_EPSILON = 1e-5;

/** What a layer is besides its tensors. */
export interface LayerOptions extends SpectralOptions {
  readonly coefficient: number;
  /** Images that it works on; convolutions only. */
  readonly imageSize?: Size | undefined;
  /** Images that its norm is measured on; `imageSize` unless given. */
  readonly normSize?: Size | undefined;
}

/** Whether a kernel of ours has several taps, so that its norm depends on the image size. */
export function hasTaps(kernel: Tensor): boolean {
  return kernel.rank === 4 && kernel.shape[0]! * kernel.shape[1]! > 1;
}

/**
 * The operator whose norm is that of a layer: a matrix for dense and 1×1 kernels, a convolution of
 * images of `size` for others.
 */
export function operatorOf(kernel: Tensor, size: Size | undefined): LinearOperator {
  const [inputs, outputs] = kernel.shape.slice(-2) as [number, number];
  if (!hasTaps(kernel)) return denseOperator(reshape(kernel, [inputs, outputs]));
  if (!size) {
    throw new IResNetError('data', 'manifest', 'expected the spatial size of a convolution, got none');
  }
  return conv2dOperator(kernel, [...size, inputs]);
}

/** A new layer of the shape of `kernel`. Its start values do not matter, since all are loaded. */
export function newLayer(kernel: Tensor, options: LayerOptions, bias: boolean): LipschitzMap {
  const { imageSize, normSize = imageSize, ...spectral } = options;
  const [inputs, outputs] = kernel.shape.slice(-2) as [number, number];
  // The official code iterates one vector.
  const common = { inputs, outputs, bias, vectors: 1, rng: createRng(0), ...spectral };
  if (kernel.rank === 2) return dense(common);
  const kernelSize = kernel.shape[0]!;
  const images: Size = imageSize ?? [kernelSize, kernelSize];
  return conv2d({ ...common, kernelSize, imageSize: images, normSize: normSize ?? images });
}

/**
 * Assign values to variables, all before the next use: a weight then takes the loaded u and v as
 * they are.
 */
export function load(params: Params, values: Readonly<Record<string, Tensor>>): void {
  for (const [name, value] of Object.entries(values)) {
    const variable = params[name]!;
    variable.assign(reshape(value, variable.shape));
  }
}

/** The weight and the vectors of a layer. */
export interface WeightState {
  readonly kernel: Tensor;
  readonly u: Tensor;
  readonly v: Tensor;
}

/**
 * W̄ in the official layout, as a layer with this weight and these vectors uses it: read off from
 * what it makes of the unit vectors, on images just large enough to show every tap.
 */
export function effectiveWeight(state: WeightState, options: LayerOptions): Tensor {
  const { kernel, u, v } = state;
  const { imageSize, normSize = imageSize } = options;
  const layer = newLayer(kernel, { ...options, imageSize: undefined, normSize }, false);
  load(layer.params, { kernel, u, v });
  const weight = kernel.rank === 2 ? layer.apply(eye(kernel.shape[0]!)) : taps(layer, kernel);
  layer.dispose();
  return weightOf(weight);
}

/**
 * The kernel of a convolution by its answer to one bright pixel in the middle, which is the taps
 * reversed.
 */
function taps(layer: LipschitzMap, { shape }: Tensor): Tensor {
  const [size, , inputs, outputs] = shape as [number, number, number, number];
  const pixels = size * size;
  const around = (pixels - 1) / 2;
  const images = pad(reshape(eye(inputs), [inputs, 1, inputs]), [[0, 0], [around, around], [0, 0]]); // prettier-ignore
  const answers = layer.apply(reshape(images, [inputs, size, size, inputs]));
  const reversed = reverse(reshape(answers, [inputs, pixels, outputs]), 1);
  return reshape(transpose(reversed, [1, 0, 2]), [size, size, inputs, outputs]);
}
