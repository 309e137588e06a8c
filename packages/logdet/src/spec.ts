import { checkSpec, fromSpec } from '@iresnet/core/internal';
import { adaptiveArnoldi, type AdaptiveArnoldiOptions } from './adaptiveArnoldi';
import { arnoldi, type ArnoldiOptions } from './arnoldi';
import { krylovBias } from './bias';
import type { BiasedRow } from './biasedRow';
import { exact } from './exact';
import { powerSeries, type PowerSeriesOptions } from './powerSeries';
import type { ProductEstimator } from './product';
import { probes, type ProbeSpec } from './probeSpec';
import { truncations, type TruncationSpec } from './truncationSpec';

/** An estimator by name, as plain JSON: the first argument of {@link logDetFromSpec}. */
export type LogDetSpec =
  | 'exact'
  | 'powerSeries'
  | { readonly kind: 'exact' }
  | { readonly kind: 'powerSeries'; readonly truncation?: TruncationSpec; readonly probe?: ProbeSpec }
  | { readonly kind: 'arnoldi'; readonly products: number; readonly probe?: ProbeSpec }
  | {
      readonly kind: 'adaptiveArnoldi';
      readonly tolerance: number;
      readonly maxProducts?: number;
      readonly probe?: ProbeSpec;
    };

const probe = {
  type: 'spec',
  table: probes,
  default: 'rademacher',
  doc: 'The random vectors.',
} as const;

/** The estimators that a configuration can name. To add one is to add a row. */
// The options of a row are typed where it is written, by `satisfies`.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export const logDetEstimators: Readonly<Record<string, BiasedRow<ProductEstimator, any>>> = {
  exact: {
    doc: 'The log-determinant itself, from d products and one factorization on the host. For small d.',
    fields: {},
    make: exact,
    bias: () => 0,
  } satisfies BiasedRow<ProductEstimator, object>,
  powerSeries: {
    doc: 'The power series of the logarithm, cut off by a truncation.',
    fields: {
      truncation: {
        type: 'spec',
        table: truncations,
        default: 'terms',
        doc: 'How the series ends.',
      },
      probe,
    },
    make: powerSeries,
    bias(spec, lipschitz, dimension) {
      const truncation = spec['truncation'] as { readonly kind: string };
      return truncations[truncation.kind]!.bias({ ...truncation }, lipschitz, dimension);
    },
  } satisfies BiasedRow<ProductEstimator, PowerSeriesOptions>,
  arnoldi: {
    doc: 'The logarithm of A within a Krylov space: far more accurate per product than the series.',
    fields: {
      products: { type: 'count', min: 1, limit: 10_000, doc: 'Products with A for each probe, at most d.' },
      probe,
    },
    make: arnoldi,
    bias: (spec, lipschitz, dimension) => krylovBias(lipschitz, dimension, spec['products'] as number),
  } satisfies BiasedRow<ProductEstimator, ArnoldiOptions>,
  adaptiveArnoldi: {
    doc: 'Arnoldi with as many products as the worst example needs. It reads back after each product.',
    fields: {
      tolerance: { type: 'number', min: 0, doc: 'The indicator at which it stops, nats per example.' },
      maxProducts: { type: 'count', min: 1, limit: 10_000, default: 20, doc: 'Products at most.' },
      probe,
    },
    make: adaptiveArnoldi,
    // It stops at the tolerance, whose proof divides by 1 − L, or else at the last product.
    bias: (spec, lipschitz, dimension) =>
      Math.max(
        (spec['tolerance'] as number) / (1 - lipschitz),
        krylovBias(lipschitz, dimension, spec['maxProducts'] as number),
      ),
  } satisfies BiasedRow<ProductEstimator, AdaptiveArnoldiOptions>,
};

/**
 * The estimator that a configuration names.
 *
 * @param spec - Plain JSON, or a name alone where no option is required.
 * @throws IResNetError that names an unknown name or option, or a value out of range.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { createRng, denseOperator } from '@iresnet/core';
 * import { logDetFromSpec } from '@iresnet/logdet';
 *
 * const probe = { kind: 'orthogonal', samples: 2 } as const;
 * const logDet = logDetFromSpec({ kind: 'arnoldi', products: 2, probe });
 * const a = denseOperator(tf.tensor2d([[0.5, 0.1], [0, 0.2]]));
 * logDet(a, [1, 2], createRng(0)).print(); // ln 1.5 + ln 1.2 = 0.5878
 * ```
 */
export function logDetFromSpec(spec: LogDetSpec): ProductEstimator {
  return fromSpec('logdet.logDetFromSpec', logDetEstimators, spec);
}

/**
 * Largest bias of the estimator that a configuration names, in nats per example, for ‖A‖₂ ≤ L < 1
 * on d dimensions: {@link seriesBias}, {@link krylovBias}, or 0 for exact and unbiased estimators.
 *
 * It holds for exact arithmetic and says nothing of the variance of the probes.
 *
 * @param spec - As for {@link logDetFromSpec}.
 * @param lipschitz - L, 0 ≤ L < 1.
 * @param dimension - d.
 * @throws IResNetError for a wrong spec or L.
 *
 * @example
 * ```ts
 * import { logDetBias } from '@iresnet/logdet';
 *
 * console.log(logDetBias({ kind: 'arnoldi', products: 8 }, 0.9, 64)); // nats, at most
 * console.log(logDetBias({ kind: 'powerSeries', truncation: 'russianRoulette' }, 0.9, 64)); // 0
 * ```
 */
export function logDetBias(spec: LogDetSpec, lipschitz: number, dimension: number): number {
  const { kind, ...options } = checkSpec('logdet.logDetBias', logDetEstimators, spec);
  return logDetEstimators[kind]!.bias(options, lipschitz, dimension);
}
