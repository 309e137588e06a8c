import type { Estimate } from '@iresnet/evaluation';

/** `96.0 ± 2.8 %`. */
export function percent({ mean, standardError }: Estimate, digits = 1): string {
  return `${(100 * mean).toFixed(digits)} ± ${(100 * standardError).toFixed(digits)} %`;
}

/** `-1.503 ± 0.081`. */
export function withError({ mean, standardError }: Estimate): string {
  return `${mean.toFixed(3)} ± ${standardError.toFixed(3)}`;
}
