import { IResNetError } from './errors';

/**
 * Throw an {@link IResNetError} of kind `argument` unless `condition` holds. The message is a
 * function, so that a check that passes costs no string.
 */
export function ensure(condition: boolean, where: string, what: () => string): asserts condition {
  if (!condition) throw new IResNetError('argument', where, what());
}
