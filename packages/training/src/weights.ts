import { clone, dispose, tidy, type Tensor, type Tensor1D, type Variable } from '@tensorflow/tfjs-core';
import type { Params } from '@iresnet/core';
import { flatten, unflatten } from './flatten';

/** The variables of a module, sorted by who may change them. */
export interface Variables {
  readonly params: Params;
  /** Dotted names of `trainable`, in the order of the flat vector. */
  readonly names: readonly string[];
  readonly trainable: readonly Variable[];
  /** State of the layers: power-iteration vectors, flags. */
  readonly frozen: readonly Variable[];
}

/** All values of a module at one moment. Whoever holds it owns the tensors. */
export interface Weights {
  readonly flat: Tensor1D;
  readonly frozen: readonly Tensor[];
}

export function variablesOf(params: Params): Variables {
  const names = Object.keys(params).filter((name) => params[name]!.trainable);
  return {
    params,
    names,
    trainable: names.map((name) => params[name]!),
    frozen: Object.values(params).filter((variable) => !variable.trainable),
  };
}

/** Keep the values of now. Tensors are immutable, so nothing is copied but the flat vector. */
export function captureWeights({ trainable, frozen }: Variables, flat?: Tensor1D): Weights {
  return { flat: flat ? clone(flat) : flatten(trainable), frozen: frozen.map((variable) => clone(variable)) };
}

/** Set all variables. Trainable ones get fresh memory, by which layers that cache something of a weight notice the change. */
export function restoreWeights(variables: Variables, weights: Weights): void {
  assignFlat(variables.trainable, weights.flat);
  variables.frozen.forEach((variable, i) => {
    // assign takes over a reference to the memory, not the tensor.
    variable.assign(weights.frozen[i]!);
  });
}

export function disposeWeights(weights: Weights): void {
  dispose([weights.flat, ...weights.frozen]);
}

/** Set variables from a flat vector. */
export function assignFlat(variables: readonly Variable[], flat: Tensor1D): void {
  tidy(() => {
    unflatten(flat, variables).forEach((value, i) => {
      variables[i]!.assign(value);
    });
  });
}
