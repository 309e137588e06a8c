/** What an {@link IResNetError} is about; a command line maps it to an exit code. */
export type ErrorKind =
  /** The caller passed something that the function cannot take. */
  | 'argument'
  /** Bytes, a file or a folder are missing, truncated or contradict themselves. */
  | 'data'
  /** A computation gave NaN or infinity, or a training run diverged. */
  | 'diverged'
  /** A fixed-point iteration did not reach its tolerance. */
  | 'not-converged'
  /** The device that computes is lost, or what is read back from it is wrong. */
  | 'device';

/**
 * The one error class of `@iresnet/*`: `package.function: expected …, got …`.
 *
 * A mistake of the caller throws; a numerical outcome is data unless the caller asked for a throw.
 *
 * @example
 * ```ts
 * import { IResNetError } from '@iresnet/core';
 *
 * try {
 *   throw new IResNetError('argument', 'logdet.powerSeries', 'expected terms ≥ 1, got 0', { terms: 0 });
 * } catch (error) {
 *   if (error instanceof IResNetError) console.log(error.kind, error.where, error.context);
 * }
 * ```
 */
export class IResNetError extends Error {
  /** The class, in `String(error)`. */
  override readonly name = 'IResNetError';

  constructor(
    /** What the error is about. */
    readonly kind: ErrorKind,
    /** `package.function`, or the file. */
    readonly where: string,
    /** What was expected and what came. */
    what: string,
    /** The values behind the message. */
    readonly context: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(`${where}: ${what}`, options);
  }
}
