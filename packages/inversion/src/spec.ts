import { fromSpec, type SpecRow, type SpecTable } from '@iresnet/core/internal';
import type { FixedPointSolver } from './problem';
import { anderson, type AndersonOptions } from './solvers/anderson';
import { newtonGmres, type NewtonGmresOptions } from './solvers/newtonGmres';
import { picard } from './solvers/picard';

/** A solver by name, as plain JSON: the first argument of {@link solverFromSpec}. */
export type SolverSpec =
  | 'anderson'
  | 'picard'
  | 'newtonGmres'
  | { readonly kind: 'anderson'; readonly memory?: number }
  | { readonly kind: 'picard' }
  | { readonly kind: 'newtonGmres'; readonly products?: number };

/** The solvers that a configuration can name. To add one is to add a row. */
export const solvers: SpecTable<FixedPointSolver> = {
  anderson: {
    doc: 'Anderson acceleration: the fewest evaluations, or nearly so, on every contraction measured.',
    fields: {
      memory: { type: 'count', min: 1, max: 8, default: 5, doc: 'Past differences that are combined.' },
    },
    make: anderson,
  } satisfies SpecRow<FixedPointSolver, AndersonOptions>,
  picard: {
    doc: 'Plain iteration: the least memory and the simplest guarantee.',
    fields: {},
    make: picard,
  } satisfies SpecRow<FixedPointSolver, object>,
  newtonGmres: {
    doc: 'Newton steps by GMRES, for Lipschitz constants near one.',
    fields: {
      products: { type: 'count', min: 1, limit: 10_000, default: 8, doc: 'Jacobian products for each step.' },
    },
    make: newtonGmres,
  } satisfies SpecRow<FixedPointSolver, NewtonGmresOptions>,
};

/**
 * The solver that a configuration names.
 *
 * @param spec - Plain JSON, or a name alone.
 * @throws IResNetError that names an unknown name or option, or a value out of range.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { invertResidual, solverFromSpec } from '@iresnet/inversion';
 *
 * const solver = solverFromSpec({ kind: 'anderson', memory: 3 });
 * const g = (x: tf.Tensor) => tf.mul(tf.sin(x), 0.5);
 * const { value } = invertResidual(g, tf.tensor2d([[1]]), { lipschitz: 0.5, solver });
 * value.print();
 * ```
 */
export function solverFromSpec(spec: SolverSpec): FixedPointSolver {
  return fromSpec('inversion.solverFromSpec', solvers, spec);
}
