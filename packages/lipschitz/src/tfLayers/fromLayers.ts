import { IResNetError, type Composition, type LipschitzMap, type Shape } from '@iresnet/core';
import { described, ensure } from '@iresnet/core/internal';
import { sequential } from '../sequential';
import { tfLayerKinds, type Piece } from './kinds';
import type { TfLayer, TfModel } from './structure';

const WHERE = 'lipschitz.fromLayers';

/**
 * A `tf.sequential` model as a Lipschitz map: the same function and the same weights, with its
 * exact Jacobian and a proven bound.
 *
 * The layers may be Dense, Conv2D, Activation, ReLU, LeakyReLU, ELU, Flatten, Reshape, and
 * sequential models of these. The bound is the product of the Gram bounds of the kernels as they
 * are, and of the constants of the activations. With `spectralConstraint` on the layers it stays
 * below what you chose: `fit` of `@iresnet/training` applies the constraints after each step, and
 * so do `refresh` and `enforceBounds`.
 *
 * The map trains the variables of the model itself: `model.predict` and `model.save` see what the
 * map learned, and the other way round. Products with the Jacobian are not finite differences, and
 * no gradient needs a second derivative of TensorFlow.js.
 *
 * @param model - A built `tf.sequential` model, or a list of its layers, which follow each other.
 * @returns A map `[B, ...in] → [B, ...out]`. `params` are the variables of the layers under the
 * index of the layer: `0.kernel`, `0.bias`. A layer that is not `trainable` has variables that are
 * not. `dispose` frees them, so the model is used up.
 * @throws IResNetError for a layer, an activation or an option whose bound is not known, with a
 * list of what is; for a model that is not built or not sequential, or whose input size is not
 * fixed.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { fromLayers, spectralConstraint } from '@iresnet/lipschitz';
 *
 * const kernelConstraint = spectralConstraint({ coefficient: 0.9 });
 * const model = tf.sequential({
 *   layers: [
 *     tf.layers.dense({ units: 16, inputShape: [2], activation: 'elu', kernelConstraint }),
 *     tf.layers.dense({ units: 2, kernelConstraint }),
 *   ],
 * });
 * const g = fromLayers(model);
 * g.enforceBounds();
 * console.log(g.lipschitzBound() <= 0.81); // true: g is a residual branch
 * console.log(g.linearize(tf.ones([1, 2])).jacobian.matvec(tf.tensor2d([[1, 0]])).shape); // [ 1, 2 ]
 * ```
 */
export function fromLayers(model: TfModel | readonly TfLayer[]): LipschitzMap & Composition {
  const layers = layersOf(model);
  const { map } = composed(layers, inputShapeOf(layers[0]!));
  return map;
}

function layersOf(model: unknown): readonly TfLayer[] {
  const list = Array.isArray(model) ? (model as unknown[]) : (model as Partial<TfModel> | null)?.layers;
  const isLayer = (layer: unknown) =>
    typeof (layer as Partial<TfLayer> | null | undefined)?.getClassName === 'function';
  ensure(
    list !== undefined && list.length > 0 && list.every(isLayer),
    WHERE,
    () => `expected a tf.sequential model or a list of layers, got ${described(model)}`,
  );
  const name = (model as Partial<TfLayer>).getClassName?.();
  ensure(
    name === undefined || name === 'Sequential',
    WHERE,
    () => `expected a tf.sequential model, got one of the class ${name!}, whose layers may branch`,
  );
  return list as readonly TfLayer[];
}

/** The event shape that a layer of a built model receives. */
function inputShapeOf(layer: TfLayer): Shape {
  let shape: readonly (number | null)[] | undefined;
  try {
    shape = (layer as TfLayer & { input: { shape: readonly (number | null)[] } }).input.shape;
  } catch {
    // A layer that was never applied throws here.
  }
  ensure(
    shape !== undefined,
    WHERE,
    () => `expected a built model, got '${layer.name}' without an input; give the first layer an inputShape`,
  );
  const event = shape.slice(1);
  ensure(
    event.every((n) => n !== null),
    WHERE,
    () => `expected a fixed input size, got [${shape.map((n) => n ?? 'null')}] for '${layer.name}'`,
  );
  return event as Shape;
}

/** The layers one after the other. */
function composed(layers: readonly TfLayer[], inShape: Shape): Piece & { map: LipschitzMap & Composition } {
  const maps: LipschitzMap[] = [];
  let shape = inShape;
  for (const layer of layers) {
    const { map, outShape } = pieceOf(layer, shape);
    maps.push(map);
    shape = outShape;
  }
  return { map: sequential(...maps), outShape: shape };
}

function pieceOf(layer: TfLayer, inShape: Shape): Piece {
  const kind = layer.getClassName();
  const { layers } = layer as TfLayer & Partial<TfModel>;
  if (kind === 'Sequential' && layers) return composed(layers, inShape);
  const make = Object.hasOwn(tfLayerKinds, kind) ? tfLayerKinds[kind]! : null;
  const known = [...Object.keys(tfLayerKinds), 'Sequential'].join(', ');
  ensure(make !== null, WHERE, () => `expected layers of ${known}, got ${kind} ('${layer.name}')`);
  return make(layer, inShape, (expected) => {
    throw new IResNetError('argument', WHERE, `expected ${kind} '${layer.name}' with ${expected}`);
  });
}
