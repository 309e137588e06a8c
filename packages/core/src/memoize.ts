import type { Params } from './contracts';

/**
 * Compute something from variables once, and again only after one of them was assigned.
 *
 * `Variable.assign` gives a variable new data, and nothing else does, so comparing the identity of the data is enough.
 *
 * @returns A function that gives the last result, or a fresh one when a variable changed since. For results on the host.
 */
export function memoizeOnParams<T>(params: Params, compute: () => T): () => T {
  const variables = Object.values(params);
  let seen: object[] | undefined;
  let result: T;
  return () => {
    if (!seen || variables.some((variable, i) => variable.dataId !== seen?.[i])) {
      result = compute();
      // Read the identities afterwards: computing may itself bring state up to date.
      seen = variables.map((variable) => variable.dataId);
    }
    return result;
  };
}
