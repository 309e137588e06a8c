import type { Tensor } from '@tensorflow/tfjs-core';
import { eventSize, noGrad, type LipschitzMap, type Shape } from '@iresnet/core';
import { checkTensor, ensure, sizeFlaws } from '@iresnet/core/internal';
import { convBoundAnywhere, gramBound } from '@iresnet/spectral-norm';
import { leakyRelu, relu } from '../activations/relu';
import { elu } from '../activations/elu';
import { identity } from '../activations/identity';
import { convolutionBound } from '../convolutionBound';
import { convolutionFamily } from '../families/convolutionFamily';
import { matrixFamily } from '../families/matrixFamily';
import type { OperatorFamily } from '../families/operatorFamily';
import { stridedConvolutionFamily } from '../families/stridedConvolutionFamily';
import { finiteBound } from '../finiteBound';
import { layeredMap } from '../layers';
import { sequential } from '../sequential';
import { clippedRelu, tfActivations } from './activations';
import { reshapeMap } from './reshapeMap';
import { applySpectralConstraint } from './applySpectralConstraints';
import { option, weightsOf, type TfLayer } from './structure';

/** A layer as a map, and the event shape that it gives. */
export interface Piece {
  readonly map: LipschitzMap;
  readonly outShape: Shape;
}

/** Makes the piece of a layer from the event shape that it receives. */
type Maker = (layer: TfLayer, inShape: Shape, refuse: Refusal) => Piece;

/** Throw with what was expected of a layer. */
export type Refusal = (expected: string) => never;

/**
 * The layers that have a proven Lipschitz constant here, by their class name. To add one is to add
 * a row.
 */
export const tfLayerKinds: Readonly<Record<string, Maker>> = {
  InputLayer: (_layer, inShape) => same(identity(), inShape),
  Dense(layer, inShape, refuse) {
    const [kernel] = weightsOf(layer);
    const { shape } = kernel!.val;
    if (inShape[inShape.length - 1] !== shape[0]) refuse(`an input of ${shape[0]} values, got [${inShape}]`);
    const outShape = [...inShape.slice(0, -1), shape[1]!];
    return { map: linear(layer, inShape, matrixFamily, gramBound, refuse), outShape };
  },
  Conv2D(layer, inShape, refuse) {
    const [kernel] = weightsOf(layer);
    const [kh, kw, inputs, outputs] = kernel!.val.shape as [number, number, number, number];
    requireOption(layer, refuse, 'dataFormat', 'channelsLast', undefined);
    if (inShape.length !== 3 || inShape[2] !== inputs)
      refuse(`images of ${inputs} channels, got [${inShape}]`);
    const dilation = option(layer, 'dilationRate') as readonly number[] | number | undefined;
    if ([dilation ?? 1].flat().some((rate) => rate !== 1)) refuse(`dilationRate 1, got ${String(dilation)}`);
    requireOption(layer, refuse, 'padding', 'same', 'valid');
    const padding = option(layer, 'padding') as 'same' | 'valid';
    const strides = option(layer, 'strides') as readonly [number, number];
    const imageSize = inShape.slice(0, 2) as unknown as readonly [number, number];
    // The transpose of these is a known convolution, and their norm at one image size is known too.
    const plain = padding === 'same' && strides.every((s) => s === 1) && kh % 2 === 1 && kw % 2 === 1;
    const family = plain
      ? convolutionFamily(imageSize)
      : stridedConvolutionFamily(imageSize, { strides, padding });
    // A larger stride and fewer pixels leave out outputs of a convolution on an unbounded image.
    const bound = (w: Tensor) => (plain ? convolutionBound(w, imageSize) : convBoundAnywhere(w));
    const [h, w] = family.at(kernel!.val).outShape as [number, number];
    if (!(h > 0 && w > 0)) refuse(`images of at least ${kh}×${kw} pixels, got [${inShape}]`);
    return { map: linear(layer, inShape, family, bound, refuse), outShape: [h, w, outputs] };
  },
  Activation(layer, inShape, refuse) {
    return same((activationOf(layer, refuse) ?? identity)(), inShape);
  },
  ReLU(layer, inShape) {
    const most = option(layer, 'maxValue') as number | null | undefined;
    return same(most === null || most === undefined ? relu() : clippedRelu(most), inShape);
  },
  LeakyReLU: (layer, inShape) => same(leakyRelu(option(layer, 'alpha') as number), inShape),
  ELU: (_layer, inShape) => same(elu(), inShape),
  Flatten(layer, inShape, refuse) {
    requireOption(layer, refuse, 'dataFormat', 'channelsLast', undefined);
    return reshaped(inShape, [eventSize(inShape)]);
  },
  Reshape(layer, inShape) {
    const target = option(layer, 'targetShape') as readonly (number | null)[];
    const known = target.reduce<number>((size, n) => size * (n !== null && n > 0 ? n : 1), 1);
    return reshaped(
      inShape,
      target.map((n) => (n !== null && n > 0 ? n : eventSize(inShape) / known)),
    );
  },
};

/** A map that keeps the shape. */
function same(map: LipschitzMap, shape: Shape): Piece {
  return { map, outShape: shape };
}

function reshaped(inShape: Shape, outShape: Shape): Piece {
  return { map: reshapeMap(inShape, outShape), outShape };
}

/** x ↦ σ(A(W)x + b) with the layer's own variables. */
function linear(
  layer: TfLayer,
  inShape: Shape,
  family: OperatorFamily,
  bound: (weight: Tensor) => number,
  refuse: Refusal,
): LipschitzMap {
  const [kernel, bias] = weightsOf(layer).map(({ val }) => val);
  // A layer that was made with `trainable: false` does not pass it on to its variables.
  if (!layer.trainable) for (const { val } of weightsOf(layer)) val.trainable = false;
  const sigma = activationOf(layer, refuse);
  const map = layeredMap(
    [
      {
        kind: 'linear',
        family,
        check: (x) => checkShape(x, inShape),
        weight: () => kernel!.clone(),
        bias: () => bias ?? null,
      },
    ],
    {
      params: bias ? { kernel: kernel!, bias } : { kernel: kernel! },
      dispose() {
        kernel!.dispose();
        bias?.dispose();
      },
      lipschitzBound: () => noGrad(() => finiteBound(kernel!, bound)),
      flaws: () => (bias ? sizeFlaws({ bias }) : []),
      // fit() refreshes after each optimizer step, which TensorFlow.js applies no constraint to.
      refresh: () => applySpectralConstraint(layer),
      enforceBounds: () => applySpectralConstraint(layer),
    },
  );
  return sigma ? { ...sequential(map, sigma()), params: map.params } : map;
}

/** The activation within a layer; null for none. */
function activationOf(layer: TfLayer, refuse: Refusal): (() => LipschitzMap) | null {
  const name = (option(layer, 'activation') ?? 'linear') as string;
  const names = Object.keys(tfActivations);
  if (!Object.hasOwn(tfActivations, name))
    refuse(`one of the activations ${names.join(', ')}, got '${name}'`);
  return tfActivations[name]!;
}

/** Refuse any value of an option but those listed. */
function requireOption(layer: TfLayer, refuse: Refusal, name: string, ...allowed: unknown[]): void {
  const value = option(layer, name);
  const known = allowed.filter((each) => each !== undefined).map((each) => `'${String(each)}'`);
  if (!allowed.includes(value)) refuse(`${name} ${known.join(' or ')}, got '${String(value)}'`);
}

function checkShape(x: Tensor, shape: Shape): void {
  const where = 'lipschitz.fromLayers';
  checkTensor(where, 'x', x);
  ensure(
    x.shape.slice(1).join() === shape.join(),
    where,
    () => `expected x of shape [B,${shape}], got [${x.shape}]`,
  );
}
