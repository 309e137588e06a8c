import { tidy, type Tensor, type Tensor1D, type Variable } from '@tensorflow/tfjs-core';
import type { Params } from '@iresnet/core';
import { share } from '@iresnet/core/internal';
import { unflatten } from './flatten';

/** The variables of a module, and those of them that the optimizer changes. */
export interface TrainedParams {
  /** Every variable by its dotted name, state included. */
  readonly all: Params;
  /** Dotted names of `trainable`, in the order of the flat vector. */
  readonly names: readonly string[];
  readonly trainable: readonly Variable[];
}

/**
 * The values of all variables at one moment, in the order of the params. The holder owns the
 * tensors.
 */
export type ParamValues = readonly Tensor[];

/** Find the variables that an optimizer may change. */
export function trainedParams(all: Params): TrainedParams {
  const names = Object.keys(all).filter((name) => all[name]!.trainable);
  return { all, names, trainable: names.map((name) => all[name]!) };
}

/** Number of values of all trainable variables, the length of the flat vectors. */
export function flatSize({ trainable }: TrainedParams): number {
  return trainable.reduce((sum, variable) => sum + variable.size, 0);
}

/** Keep the present values. Their memory is shared, not copied. */
export function captureValues({ all }: TrainedParams): ParamValues {
  return Object.values(all).map((variable) => share(variable as Tensor));
}

/**
 * Set all variables back to captured values. The original memory is put back and not a copy, so
 * that what layers cache by the identity of that memory is valid again.
 */
export function restoreValues({ all }: TrainedParams, values: ParamValues): void {
  Object.values(all).forEach((variable, i) => {
    // assign takes over a reference to the memory, not the tensor.
    variable.assign(values[i]!);
  });
}

/** Set the trainable variables from a flat vector. */
export function assignFlat({ trainable }: TrainedParams, flat: Tensor1D): void {
  tidy(() => {
    unflatten(flat, trainable).forEach((value, i) => {
      trainable[i]!.assign(value);
    });
  });
}
