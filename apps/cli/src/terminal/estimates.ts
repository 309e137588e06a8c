import type { Estimate } from '@iresnet/evaluation';

/** `96.0 ± 2.8 %`. */
export function percent({ mean, standardError }: Estimate): string {
  return `${(100 * mean).toFixed(1)} ± ${(100 * standardError).toFixed(1)} %`;
}

/** `-1.503 ± 0.081`. */
export function withError({ mean, standardError }: Estimate): string {
  return `${mean.toFixed(3)} ± ${standardError.toFixed(3)}`;
}
