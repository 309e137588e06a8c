import type { SpecRow } from '@iresnet/core/internal';

/** A named thing with a known bias: an estimator, or the end of a series. */
export interface BiasedRow<T, O = never> extends SpecRow<T, O> {
  /** Largest bias, nats, for ‖A‖₂ ≤ L on d dimensions. `spec` is complete: `checkSpec` made it. */
  bias(spec: Readonly<Record<string, unknown>>, lipschitz: number, dimension: number): number;
}
