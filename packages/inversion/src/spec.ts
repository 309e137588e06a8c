import { fromSpec, type SpecRow, type SpecTable } from '@iresnet/core/internal';
import type { FixedPointSolver, SolveLimits } from './problem';
import { anderson, type AndersonOptions } from './solvers/anderson';
import { newtonGmres, type NewtonGmresOptions } from './solvers/newtonGmres';
import { picard } from './solvers/picard';

/**
 * A solver by name, as plain JSON, with the limits of its solves: the first argument of
 * {@link solverFromSpec}.
 */
export type SolverSpec =
  | 'anderson'
  | 'picard'
  | 'newtonGmres'
  | (SolveLimits &
      (
        | { readonly kind: 'anderson'; readonly memory?: number }
        | { readonly kind: 'picard' }
        | { readonly kind: 'newtonGmres'; readonly products?: number }
      ));

const limits = {
  atol: { type: 'number', min: 0, optional: true, doc: 'Absolute tolerance of a solve, 1e-6 if absent.' },
  rtol: {
    type: 'number',
    min: 0,
    optional: true,
    doc: 'Relative tolerance of a solve, what float32 can reach if absent.',
  },
  maxSteps: {
    type: 'count',
    min: 1,
    limit: 10_000_000,
    optional: true,
    doc: 'Cap on the steps of a solve, 1000 or what the Lipschitz constant asks for if absent.',
  },
} as const satisfies SpecRow<FixedPointSolver, SolveLimits>['fields'];

/** Rows whose solvers also take the limits of their solves. */
function limited(rows: SpecTable<FixedPointSolver>): SpecTable<FixedPointSolver> {
  const each = ({ doc, fields, make }: SpecTable<FixedPointSolver>[string]) => ({
    doc,
    fields: { ...fields, ...limits },
    make: ({ atol, rtol, maxSteps, ...own }: SolveLimits): FixedPointSolver => ({
      ...make(own),
      limits: {
        ...(atol !== undefined && { atol }),
        ...(rtol !== undefined && { rtol }),
        ...(maxSteps !== undefined && { maxSteps }),
      },
    }),
  });
  return Object.fromEntries(Object.entries(rows).map(([name, row]) => [name, each(row)]));
}

/** The solvers that a configuration can name. To add one is to add a row. */
export const solvers: SpecTable<FixedPointSolver> = limited({
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
});

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
 * const solver = solverFromSpec({ kind: 'anderson', memory: 3, rtol: 1e-4 });
 * const g = (x: tf.Tensor) => tf.mul(tf.sin(x), 0.5);
 * const { value } = invertResidual(g, tf.tensor2d([[1]]), { lipschitz: 0.5, solver });
 * value.print();
 * ```
 */
export function solverFromSpec(spec: SolverSpec): FixedPointSolver {
  return fromSpec('inversion.solverFromSpec', solvers, spec);
}
