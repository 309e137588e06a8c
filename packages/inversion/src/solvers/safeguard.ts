import { lessEqual, logicalOr, mul, square, sub, sum, type Tensor } from '@tensorflow/tfjs-core';
import type { FixedPointProblem, Iterate } from '../problem';
import { selectRows } from '../selectRows';

/**
 * Evaluate f at a proposed point and keep it, per sample, if the residual shrinks at least as much
 * as a Picard step guarantees: ‖f(p) − p‖ ≤ L·‖f(x) − x‖. A sample that is refused stays where it
 * was. Its next proposal must be the Picard step f(x), which is already known. So a solver needs at
 * most twice the evaluations of Picard iteration.
 *
 * @param proposal - p, `[B, d]`.
 * @param plain - `[B, 1]` bool: samples whose proposal is the Picard step, kept in any case.
 * @returns The next point, and which samples moved, `[B, 1]` bool.
 */
export function safeguard(
  { x, fx }: Iterate,
  proposal: Tensor,
  plain: Tensor,
  problem: FixedPointProblem,
): { x: Tensor; fx: Tensor; moved: Tensor } {
  const proposed = problem.apply(proposal);
  const before = sum(square(sub(fx, x)), 1, true);
  const after = sum(square(sub(proposed, proposal)), 1, true);
  // A NaN compares false: an overflowing extrapolation is refused as well.
  const moved = logicalOr(plain, lessEqual(after, mul(before, problem.lipschitz ** 2)));
  return { x: selectRows(moved, proposal, x), fx: selectRows(moved, proposed, fx), moved };
}
