import {
  cast,
  concat,
  expandDims,
  greater,
  matMul,
  maximum,
  mul,
  ones,
  reshape,
  slice,
  sub,
  where,
  zeros,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { checkOptions, ensure } from '@iresnet/core/internal';
import type { FixedPointSolver } from '../problem';
import { selectRows } from '../selectRows';
import { leastSquares } from './leastSquares';
import { safeguard } from './safeguard';

/** Options of {@link anderson}. */
export interface AndersonOptions {
  /**
   * Number m of past differences that are combined, 1 to 8; 5 by default. The memory, 2m copies of
   * x, and the time of a step grow with it.
   */
  readonly memory?: number;
}

/**
 * Anderson acceleration x ← f(x) − Σⱼ γⱼ Δfⱼ with γ = argmin ‖r − Σⱼ γⱼ Δrⱼ‖ over the last m
 * differences of f and of the residual r = f(x) − x: a nonlinear GMRES from values of f alone. One
 * evaluation a step.
 *
 * Each sample has its own safeguard. A step is kept if it shrinks the residual at least by L, as a
 * Picard step is guaranteed to do (if L is unknown: if the residual does not grow). Otherwise the
 * sample stays, forgets its memory, and takes Picard steps: one after its first refusal, two after
 * its second, then four, and so on. In n steps it therefore loses at most 1 + log₂(n + 1)
 * evaluations against the guarantee of Picard iteration, even where no extrapolation helps.
 *
 * @throws IResNetError for an unknown option, or when `memory` is not an integer from 1 to 8.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { anderson, fixedPoint, picard } from '@iresnet/inversion';
 *
 * const f = (x: tf.Tensor) => tf.mul(tf.cos(x), 0.95);
 * const x0 = tf.zeros([4, 2]);
 * const slow = fixedPoint(f, x0, { lipschitz: 0.95, solver: picard() });
 * const fast = fixedPoint(f, x0, { lipschitz: 0.95, solver: anderson({ memory: 2 }) });
 * console.log(slow.evaluations, fast.evaluations);
 * ```
 *
 * @see Walker & Ni, Anderson acceleration for fixed-point iterations (SIAM J. Numer. Anal. 2011).
 */
export function anderson(options: AndersonOptions = {}): FixedPointSolver {
  checkOptions('inversion.anderson', options, { memory: true });
  const { memory = 5 } = options;
  ensure(
    Number.isInteger(memory) && memory >= 1 && memory <= 8,
    'inversion.anderson',
    () => `expected an integer memory from 1 to 8, got ${memory}`,
  );
  return {
    name: 'anderson',
    usesJacobian: false,
    step(at, problem) {
      const batch = at.x.shape[0]!;
      // Δf and Δr are [B, ≤ m, d]. Pause and penalty are [B, 1]: the Picard steps that are still to
      // be taken, and how many the next refusal costs.
      const [pause = zeros([batch, 1]), penalty = ones([batch, 1]), df, dr] = at.memory;
      // A sample is paused whenever its memory has just been emptied.
      const plain = dr ? greater(pause, 0) : ones([batch, 1], 'bool');
      const residual = sub(at.fx, at.x);
      const proposal =
        df && dr ? selectRows(plain, at.fx, sub(at.fx, combine(df, leastSquares(dr, residual)))) : at.fx;

      const { x, fx, moved } = safeguard(at, proposal, plain, problem);
      const change = sub(fx, at.fx);
      const residualChange = sub(sub(fx, x), residual);
      return {
        x,
        fx,
        memory: [
          where(moved, maximum(sub(pause, 1), 0), penalty),
          where(moved, penalty, mul(penalty, 2)),
          remember(df, change, moved, memory),
          remember(dr, residualChange, moved, memory),
        ],
      };
    },
  };
}

/** Σⱼ γⱼ cⱼ, `[B, d]`, from c `[B, m, d]` and γ `[B, 1, m]`. */
function combine(columns: Tensor, weights: Tensor): Tensor {
  return reshape(matMul(weights, columns), [columns.shape[0]!, -1]);
}

/**
 * Add the newest difference, drop the oldest beyond `limit`, and empty the memory of the samples
 * that did not move.
 */
function remember(past: Tensor | undefined, newest: Tensor, moved: Tensor, limit: number): Tensor {
  if (!past) return expandDims(newest, 1);
  const [batch, count, d] = past.shape as [number, number, number];
  const flat = reshape(past, [batch, count * d]);
  const recent = count < limit ? flat : slice(flat, [0, d], [batch, (limit - 1) * d]);
  const all = concat([recent, newest], 1);
  return reshape(mul(all, cast(moved, 'float32')), [batch, -1, d]);
}
