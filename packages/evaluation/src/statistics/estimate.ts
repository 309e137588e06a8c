import { ensure } from '@iresnet/core/internal';

/** A mean with its standard error, in the unit of the values. */
export interface Estimate {
  readonly mean: number;
  /** s/√n, where s² = Σ(x − mean)²/(n − 1). NaN for a single value, which has no spread. */
  readonly standardError: number;
}

/**
 * The mean Σx/n with its standard error s/√n.
 *
 * The values must be independent, such as one number for each held-out row. Cost: two passes.
 *
 * @param values - n ≥ 1 numbers. One NaN makes both results NaN.
 * @throws IResNetError (argument) when there are no values.
 *
 * @example
 * ```ts
 * import { estimateMean } from '@iresnet/evaluation';
 *
 * const { mean, standardError } = estimateMean([1, 2, 3, 4]);
 * console.log(mean, standardError.toFixed(4)); // 2.5 0.6455
 * ```
 */
export function estimateMean(values: ArrayLike<number>): Estimate {
  const n = values.length;
  ensure(n > 0, 'evaluation.estimateMean', () => 'expected one value or more, got none');
  let sum = 0;
  for (let i = 0; i < n; i++) sum += values[i]!;
  const mean = sum / n;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (values[i]! - mean) ** 2;
  return { mean, standardError: n > 1 ? Math.sqrt(squares / (n - 1) / n) : Number.NaN };
}
