import { formatNumber, formatWithError } from '../../format';

/** A share with its standard error, in percent. */
export function formatPercent(share: number, standardError?: number): string {
  const error = standardError === undefined ? undefined : 100 * standardError;
  return `${error ? formatWithError(100 * share, error) : formatNumber(100 * share, 3)}\u00a0%`;
}

/** An error of a reconstruction. JSON knows no infinity: the largest number stands for one that is none. */
export function formatError(error: number): string {
  return error < Number.MAX_VALUE ? formatNumber(error, 2) : 'not a number';
}

/** `none` where nothing is proven. */
export function formatProven(value: number | null | undefined, digits = 4): string {
  return value === null || value === undefined ? 'none' : formatNumber(value, digits);
}

/** The sum of a row. */
export function total(counts: readonly number[]): number {
  return counts.reduce((sum, n) => sum + n, 0);
}
