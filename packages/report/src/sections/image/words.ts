import { formatNumber, formatWithError } from '../../format';

/** A share with its standard error, in percent. */
export function formatPercent(share: number, standardError?: number): string {
  const error = standardError === undefined ? undefined : 100 * standardError;
  return `${error ? formatWithError(100 * share, error) : formatNumber(100 * share, 3)}\u00a0%`;
}

/** An error of a reconstruction. Null means that the inverse gave no number. */
export function formatError(error: number | null): string {
  return error === null ? 'not a number' : formatNumber(error, 2);
}

/** A proven bound. Null means that nothing is proven. */
export function formatProven(value: number | null | undefined, digits = 4): string {
  return value === null || value === undefined ? 'none' : formatNumber(value, digits);
}

/** The sum of a row. */
export function total(counts: readonly number[]): number {
  return counts.reduce((sum, n) => sum + n, 0);
}
