import { tidy, type Tensor, type Tensor1D, type Variable } from '@tensorflow/tfjs-core';
import type { Params } from '@iresnet/core';
import { unflatten } from './flatten';
import { share } from './share';

/** The variables of a module, sorted by who may change them. */
export interface Variables {
  readonly params: Params;
  /** Dotted names of `trainable`, in the order of the flat vector. */
  readonly names: readonly string[];
  readonly trainable: readonly Variable[];
}

/** All values of a module at one moment, in the order of its params. Whoever holds it owns the tensors. */
export type Weights = readonly Tensor[];

export function variablesOf(params: Params): Variables {
  const names = Object.keys(params).filter((name) => params[name]!.trainable);
  return {
    params,
    names,
    trainable: names.map((name) => params[name]!),
  };
}

/** Keep the values of now. Their memory is shared, not copied. */
export function captureWeights({ params }: Variables): Weights {
  return Object.values(params).map((variable) => share(variable as Tensor));
}

/**
 * Set all variables back. Each holds the very memory it held then, by which layers that cache something of their variables, or keep state
 * that follows them, see that it is that of then.
 */
export function restoreWeights({ params }: Variables, weights: Weights): void {
  Object.values(params).forEach((variable, i) => {
    // assign takes over a reference to the memory, not the tensor.
    variable.assign(weights[i]!);
  });
}

/** Set variables from a flat vector. */
export function assignFlat(variables: readonly Variable[], flat: Tensor1D): void {
  tidy(() => {
    unflatten(flat, variables).forEach((value, i) => {
      variables[i]!.assign(value);
    });
  });
}
