import { IResNetError } from '@iresnet/core';

/** A function of a package, as errors name it. The user wrote none. */
const packageFunction =
  /^(backend|checkpoint|core|datasets|evaluation|flows|inversion|lipschitz|logdet|model|pipeline|report|spectral-norm|training)\.[a-z]\w*$/;

/** A refusal of an argument by a function of a package, under the name of what the user wrote. */
export function underName(error: unknown, name: string): unknown {
  if (!(error instanceof IResNetError) || error.kind !== 'argument' || !packageFunction.test(error.where))
    return error;
  const { kind, where, message, context } = error;
  return new IResNetError(kind, name, message.slice(where.length + 2), context, { cause: error });
}

/** Do what a flag asks for: what a package refuses is said of that flag. */
export async function ofFlag<T>(flag: string, run: () => T | Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw underName(error, flag);
  }
}
