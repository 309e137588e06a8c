import type { Tensor, Variable } from '@tensorflow/tfjs-core';

/**
 * What this package reads of a layer of TensorFlow.js. It is a structure and not the class, so
 * nothing of `@tensorflow/tfjs-layers` is imported.
 */
export interface TfLayer {
  readonly name: string;
  /** The kind of layer, such as `Dense`. */
  getClassName(): string;
  /** The settings of the layer, as JSON. */
  getConfig(): object;
  readonly trainable: boolean;
  /** Kernel and bias, as `LayerVariable`s. */
  readonly weights: readonly object[];
}

/** What this package reads of a `tf.sequential` model. */
export interface TfModel {
  readonly layers: readonly TfLayer[];
}

/** What a `LayerVariable` holds. */
export interface TfWeight {
  readonly val: Variable;
  readonly constraint?: TfConstraint | null;
}

/** What a constraint of a weight can do. */
export interface TfConstraint {
  apply(w: Tensor): Tensor;
  getClassName(): string;
}

/** The weights of a layer as what they are. */
export function weightsOf(layer: TfLayer): readonly TfWeight[] {
  return layer.weights as readonly TfWeight[];
}

/** An option in the configuration of a layer. */
export function option(layer: TfLayer, name: string): unknown {
  return (layer.getConfig() as Readonly<Record<string, unknown>>)[name];
}
