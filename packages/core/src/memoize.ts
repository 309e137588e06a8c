import type { Variable } from '@tensorflow/tfjs-core';
import type { Params } from './contracts';

/**
 * The identity of a variable's present data. `Variable.assign` gives a variable new data, and
 * nothing else does; assigning a tensor that was read from it before gives back the old identity.
 * So two equal identities mean equal values, without a look at them.
 */
export function versionOf(variable: Variable): object {
  return variable.dataId;
}

/**
 * Compute something from variables once, and again only after one of them was assigned.
 *
 * @returns A function that gives the last result, or a fresh one when a variable changed since. For
 * results on the host.
 */
export function memoizeOnParams<T>(params: Params, compute: () => T): () => T {
  const variables = Object.values(params);
  let seen: object[] | undefined;
  let result: T;
  return () => {
    if (!seen || variables.some((variable, i) => versionOf(variable) !== seen?.[i])) {
      result = compute();
      // Read the identities afterwards: computing may itself bring state up to date.
      seen = variables.map(versionOf);
    }
    return result;
  };
}
