import {
  add,
  exp,
  expm1,
  fill,
  gather,
  log,
  mul,
  neg,
  softplus,
  square,
  sub,
  sum,
  zeros,
  type Tensor,
  type Tensor1D,
} from '@tensorflow/tfjs-core';
import { eventSize, type Rng, type Shape } from '@iresnet/core';
import { lastAxes } from '@iresnet/core/internal';
import { LN_2PI } from './ln2Pi';

/** The densities that a mixture can be made of. */
export const componentNames = ['normal', 'box'] as const;
/** What each component of a mixture is. */
export type ComponentName = (typeof componentNames)[number];

/** The parameters of the components beside their means, `[k, ...event]` each. */
type Widths = Readonly<Record<string, Tensor>>;

/** A family of densities around 0, one for each value of an event, independent of each other. */
export interface ComponentFamily {
  /** The parameters at the start, for k components: logarithms of widths. */
  start(shape: Shape, k: number): Record<string, Tensor>;
  /** ln p of x − μ, `[B, k, ...event] → [B, k]`, nats. */
  logProb(offset: Tensor, widths: Widths, shape: Shape): Tensor;
  /** A draw of x − μ from each chosen component, `[n, ...event]`. */
  sample(chosen: Tensor1D, widths: Widths, shape: Shape, rng: Rng): Tensor;
}

/** Half the width of a box and the width of its edges at the start. */
const START = { half: 0.5, scale: 0.1 };

/** N(0, σ²). */
const normal: ComponentFamily = {
  start: (shape, k) => ({ logStd: zeros([k, ...shape]) }),
  logProb(offset, { logStd }, shape) {
    const u = mul(offset, exp(neg(logStd!)));
    const quadratic = mul(-0.5, sum(square(u), lastAxes(shape.length + 2, shape.length)));
    const scales = sum(logStd!, lastAxes(shape.length + 1, shape.length));
    return add(sub(quadratic, scales), -0.5 * eventSize(shape) * LN_2PI);
  },
  sample: (chosen, { logStd }, shape, rng) =>
    mul(exp(gather(logStd!, chosen)), rng.normal([chosen.size, ...shape])),
};

/**
 * A uniform density with soft edges, that of U[−h, h] + s · logistic noise. With u = x/s, a = h/s:
 *
 * p(x) = (σ(u + a) − σ(u − a))/(2h),
 *
 * ln p = −softplus(−u − a) − softplus(u − a) + ln(1 − e^−2a) − ln 2h.
 *
 * With s → 0 it is a box, with h → 0 a logistic distribution. The tails fall as e^−|u|, so that no
 * point gives an infinity or a large gradient.
 */
const box: ComponentFamily = {
  start: (shape, k) => ({
    logScale: fill([k, ...shape], Math.log(START.scale)),
    logHalf: fill([k, ...shape], Math.log(START.half)),
  }),
  logProb(offset, { logScale, logHalf }, shape) {
    const a = exp(sub(logHalf!, logScale!));
    const u = mul(offset, exp(neg(logScale!)));
    const edges = add(softplus(neg(add(u, a))), softplus(sub(u, a)));
    const constants = sub(log(neg(expm1(mul(-2, a)))), add(logHalf!, Math.LN2));
    return sub(
      sum(constants, lastAxes(shape.length + 1, shape.length)),
      sum(edges, lastAxes(shape.length + 2, shape.length)),
    );
  },
  sample(chosen, { logScale, logHalf }, shape, rng) {
    const size = [chosen.size, ...shape];
    // From streams of their own: more draws begin with those of fewer.
    const flat = rng.split('flat').uniform(size, -1, 1);
    const p = rng.split('edge').uniform(size, 2 ** -24, 1 - 2 ** -24);
    const logistic = sub(log(p), log(sub(1, p)));
    const [half, scale] = [exp(gather(logHalf!, chosen)), exp(gather(logScale!, chosen))];
    return add(mul(half, flat), mul(scale, logistic));
  },
};

/** Every family by name. */
export const families: Readonly<Record<ComponentName, ComponentFamily>> = { normal, box };
