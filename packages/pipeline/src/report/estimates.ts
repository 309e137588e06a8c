import type { Estimate } from '@iresnet/evaluation';

/** `96.0 ± 2.8 %`. */
export function percent({ mean, standardError }: Estimate, digits = 1): string {
  return `${(100 * mean).toFixed(digits)}${plusMinus(100 * standardError, digits)} %`;
}

/** `-1.503 ± 0.081`. */
export function withError({ mean, standardError }: Estimate): string {
  return `${mean.toFixed(3)}${plusMinus(standardError, 3)}`;
}

/** Nothing where there is no standard error, as of one row. */
function plusMinus(standardError: number, digits: number): string {
  return Number.isFinite(standardError) ? ` ± ${standardError.toFixed(digits)}` : '';
}
