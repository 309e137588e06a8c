import { add, div, maximum, mul, reshape, sqrt, tidy, type Tensor } from '@tensorflow/tfjs-core';
import {
  createRng,
  eventSize,
  squaredNorm,
  type LinearOperator,
  type LipschitzMap,
  type Rng,
} from '@iresnet/core';
import { norm } from './float64';
import { examplesOf } from './host';
import { Report, type CheckOptions, type Measurement } from './report';

/** Options of {@link checkLipschitz}. */
export interface LipschitzCheckOptions extends CheckOptions {
  /** How far above the bound a slope may lie, relative, for float32 rounding; 1e-4 by default. */
  readonly rtol?: number;
}

/** Distances of pairs, per value of an example. */
const STEPS = [0.01, 0.1, 1, 10];

/** Steps of the power iteration for the steepest direction. */
const POWER_STEPS = 20;

/** How often the search moves on along the steepest direction. */
const WALKS = 4;

/**
 * Check ‖g(x) − g(y)‖ ≤ L ‖x − y‖ with L = `lipschitzBound()`, for each example:
 *
 * - on random pairs at distances of .01, .1, 1 and 10 per value;
 * - for the slope ‖J v‖/‖v‖ along the top right singular vector v of the Jacobian at x, found by
 *   power iteration;
 * - on adversarial pairs x, x ± h v along that direction, from x and from points reached by walking
 *   along it.
 *
 * A check can refute a bound and never prove it. The reported error is the largest slope seen, its
 * tolerance the bound: their ratio says how tight the bound is. Leaves no tensor alive.
 *
 * @param map - g.
 * @param x - `[B, ...in]`; points where slopes are large are the best.
 * @returns The largest slope of each kind of pair.
 * @throws IResNetError naming the kind of pair that was steeper than the bound.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { identityOperator, scaleOperator, type LipschitzMap } from '@iresnet/core';
 * import { checkLipschitz } from '@iresnet/testing';
 *
 * const half: LipschitzMap = {
 *   params: {},
 *   apply: (x) => tf.mul(0.5, x),
 *   linearize: (x) => ({ y: tf.mul(0.5, x), jacobian: scaleOperator(identityOperator(x.shape.slice(1)), 0.5) }),
 *   lipschitzBound: () => 0.5,
 *   dispose: () => {},
 * };
 * checkLipschitz(half, tf.ones([2, 3]));
 * ```
 */
export function checkLipschitz(
  map: LipschitzMap,
  x: Tensor,
  { name = 'the map', rng = createRng(0), rtol = 1e-4 }: LipschitzCheckOptions = {},
): Measurement[] {
  const report = new Report('testing.checkLipschitz', name);
  const bound = map.lipschitzBound();
  report.require('the bound is a number ≥ 0', Number.isFinite(bound) && bound >= 0);
  tidy(() => {
    let random = 0;
    let local = 0;
    let adversarial = 0;
    const displaced = (from: Tensor, v: Tensor, h: number) => slope(map, from, add(from, mul(h, v)));
    for (const h of STEPS) random = Math.max(random, displaced(x, rng.normal(x.shape), h));

    for (let walk = 0, point = x; walk < WALKS; walk++) {
      const { jacobian } = map.linearize(point);
      const v = steepest(jacobian, point.shape, rng);
      local = Math.max(local, largestGain(jacobian, v));
      for (const h of STEPS) {
        adversarial = Math.max(adversarial, displaced(point, v, h), displaced(point, v, -h));
      }
      point = add(point, mul(walk % 2 === 0 ? 0.5 : -1, v));
    }
    const limit = bound * (1 + rtol);
    report.measure('random pairs: ‖g(x) − g(y)‖ ≤ L ‖x − y‖', random, limit);
    report.measure('steepest direction: ‖J v‖ ≤ L ‖v‖', local, limit);
    report.measure('adversarial pairs: ‖g(x) − g(y)‖ ≤ L ‖x − y‖', adversarial, limit);
  });
  return report.measurements;
}

/** The largest ‖g(x) − g(y)‖/‖x − y‖ of an example, less what rounding of g can add. */
function slope(map: LipschitzMap, x: Tensor, y: Tensor): number {
  const [gx, gy] = [examplesOf(map.apply(x)), examplesOf(map.apply(y))];
  const [xs, ys] = [examplesOf(x), examplesOf(y)];
  const slopes = xs.map((row, b) => {
    const rise = distance(gx[b]!, gy[b]!) - 2 ** -22 * (norm(gx[b]!) + norm(gy[b]!));
    return rise <= 0 ? 0 : rise / distance(row, ys[b]!);
  });
  return Math.max(...slopes);
}

/** The top right singular vectors of the Jacobians, each of root mean square 1. */
function steepest(a: LinearOperator, shape: number[], rng: Rng): Tensor {
  let v = rng.normal(shape);
  for (let k = 0; k < POWER_STEPS; k++) v = normalized(a.rmatvec(a.matvec(v)));
  return v;
}

function normalized(v: Tensor): Tensor {
  const length = sqrt(div(squaredNorm(v), eventSize(v.shape.slice(1))));
  return div(v, reshape(maximum(length, 1e-30), [v.shape[0]!, ...v.shape.slice(1).map(() => 1)]));
}

function largestGain(a: LinearOperator, v: Tensor): number {
  const images = examplesOf(a.matvec(v));
  const gains = examplesOf(v).map((row, b) => {
    const length = norm(row);
    return length === 0 ? 0 : norm(images[b]!) / length;
  });
  return Math.max(...gains);
}

function distance(a: Float32Array, b: Float32Array): number {
  return norm(Float64Array.from(a, (value, i) => value - b[i]!));
}
