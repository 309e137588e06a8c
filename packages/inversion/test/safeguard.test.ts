import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { anderson, newtonGmres, type FixedPointProblem, type Iterate } from '@iresnet/inversion';
import { contraction, targets } from './problems';

/** y − g(x) as the solvers see it. */
function problemOf(L: number, y: tf.Tensor): FixedPointProblem {
  const { map } = contraction('rotation', L);
  return {
    lipschitz: L,
    apply: (x) => tf.sub(y, map.apply(x)),
    linearize(x) {
      const { y: g, jacobian } = map.linearize(x);
      return { fx: tf.sub(y, g), product: (v) => tf.neg(jacobian.matvec(v)) };
    },
  };
}

// On a rotation no extrapolation of few points gains on Picard, so that many steps are refused.
test.each([
  ['anderson', anderson({ memory: 2 })],
  ['newtonGmres', newtonGmres({ products: 1 })],
])('%s: a step shrinks the residual by L, or is refused and followed by the Picard step', (_, solver) => {
  const L = 0.9;
  tf.tidy(() => {
    const y = tf.tensor2d(targets(16, 4));
    const problem = problemOf(L, y);
    const residuals = ({ x, fx }: Iterate) => tf.norm(tf.sub(fx, x), 'euclidean', 1).arraySync() as number[];
    let at: Iterate = { x: y, fx: problem.apply(y), memory: [] };
    let before = residuals(at);
    let refused = [false, false, false, false];
    let refusals = 0;
    // 40 steps shrink the residual to 0.9⁴⁰ = 1.5 % at most, far above rounding.
    for (let step = 0; step < 40; step++) {
      const next = solver.step(at, problem);
      const after = residuals(next);
      const [points, pictures] = [next.x.arraySync() as number[][], at.fx.arraySync() as number[][]];
      refused = after.map((r, i) => {
        if (refused[i]) expect(points[i]).toEqual(pictures[i]);
        // 1e-4: float32 norms.
        if (r !== before[i]) expect(r).toBeLessThanOrEqual(L * before[i]! * (1 + 1e-4));
        return r === before[i];
      });
      refusals += refused.filter(Boolean).length;
      at = next;
      before = after;
    }
    expect(refusals).toBeGreaterThan(0);
  });
});
