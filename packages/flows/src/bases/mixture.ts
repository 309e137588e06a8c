import {
  add,
  exp,
  expandDims,
  gather,
  logSoftmax,
  logSumExp,
  mul,
  sub,
  tensor1d,
  tidy,
  variable,
  zeros,
  type Tensor,
  type Tensor1D,
  type Variable,
} from '@tensorflow/tfjs-core';
import { createRng, disposeParams, type Rng, type Shape } from '@iresnet/core';
import { checkOptions, described, ensure, readProven, scaleFlaws } from '@iresnet/core/internal';
import { checkEventShape } from '../checkEventShape';
import type { BaseDistribution } from './base';
import { chosen } from './chosen';
import { componentNames, families, type ComponentName } from './components';

/** Options of {@link mixture}. */
export interface MixtureOptions {
  /** k, how many components. Default 8. */
  readonly components?: number;
  /**
   * What each component is, by default `'normal'`; `'box'` is a uniform density with soft edges,
   * for data that end at edges or come in narrow bands.
   */
  readonly component?: ComponentName;
  /** The deviation of their means at the start. Default 1. */
  readonly spread?: number;
  /** Draws their means. Default 0. */
  readonly seed?: number;
}

/** A {@link mixture}, whose components can be asked for and drawn from one by one. */
export interface Mixture extends BaseDistribution {
  /** k. */
  readonly components: number;
  /**
   * ln π_j + ln p(z | j), `[B, ...event] → [B, k]`, nats. With a component for each class its
   * softmax is p(class | z) by Bayes' rule, and so p(class | x) of a flow.
   */
  logProbOfEach(z: Tensor): Tensor;
  /** n draws from component j alone, `[n, ...event]`. */
  sampleFrom(j: number, n: number, rng: Rng, temperature?: number): Tensor;
}

/**
 * A mixture of k distributions with trainable weights, means and widths: a base for data in
 * clusters, which a contraction can hardly pull out of one normal.
 *
 * ln p(z) = ln Σⱼ πⱼ pⱼ(z), π = softmax(weights), with pⱼ = N(μⱼ, diag σⱼ²), or for `'box'` the
 * density of μⱼ + U[−hⱼ, hⱼ] + sⱼ · logistic noise for each value:
 * (σ((z − μⱼ + hⱼ)/sⱼ) − σ((z − μⱼ − hⱼ)/sⱼ))/(2 hⱼ).
 *
 * @param shape - Event shape.
 * @param options - How many components of which kind, and where they start: μ is drawn from
 * N(0, spread²), σ is 1; h is ½ and s is 0.1.
 * @returns The distribution. `params`: `weights` `[k]`, `mean` and `logStd`, or `logScale` and
 * `logHalf` of boxes, `[k, ...event]`. One log-probability costs k times that of one component.
 * @throws IResNetError for an unknown option or a value out of range, and from `sampleFrom` for a
 * component that does not exist.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { mixture } from '@iresnet/flows';
 *
 * const base = mixture([1], { components: 2 });
 * base.params['mean']!.assign(tf.tensor2d([[-3], [3]]));
 * base.logProb(tf.tensor2d([[3]])).print(); // ln ½ − ½ ln 2π = −1.612
 * tf.softmax(base.logProbOfEach(tf.tensor2d([[0.5]]))).print(); // 0.047 and 0.953
 * ```
 *
 * @see Izmailov et al., Semi-Supervised Learning with Normalizing Flows (arXiv 1912.13025).
 */
export function mixture(shape: Shape, options: MixtureOptions = {}): Mixture {
  const where = 'flows.mixture';
  checkEventShape(where, shape);
  checkOptions(where, options, {
    components: true,
    component: true,
    spread: true,
    seed: true,
  });
  const { components = 8, component = 'normal', spread = 1, seed = 0 } = options;
  ensure(
    Number.isInteger(components) && components >= 1 && spread >= 0,
    where,
    () => `expected components ≥ 1 and a spread ≥ 0, got ${components} and ${spread}`,
  );
  ensure(
    componentNames.includes(component),
    where,
    () => `expected a component of ${componentNames.join(', ')}, got ${described(component)}`,
  );
  const family = families[component];
  const { weights, mean, widths } = tidy(() => ({
    weights: variable(zeros([components])),
    mean: variable(mul(spread, createRng(seed).normal([components, ...shape]))),
    widths: Object.fromEntries(
      Object.entries(family.start(shape, components)).map(([name, start]) => [name, variable(start)]),
    ) as Record<string, Variable>,
  }));
  const params = { weights, mean, ...widths };

  const logProbOfEach = (z: Tensor): Tensor =>
    tidy(() => add(family.logProb(sub(expandDims(z, 1), mean), widths, shape), logSoftmax(weights)));
  /** μⱼ + T ε, a component for each draw. */
  const draw = (of: Int32Array, rng: Rng, temperature: number): Tensor => {
    const which = tensor1d(of, 'int32');
    return add(gather(mean, which), mul(temperature, family.sample(which, widths, shape, rng)));
  };
  return {
    shape,
    components,
    params,
    dispose: () => disposeParams(params),
    flaws: () =>
      Object.entries(widths).flatMap(([name, width]) =>
        scaleFlaws(name, readProven('flows.base', width).map(Math.exp)),
      ),
    logProbOfEach,
    logProb: (z) => tidy(() => logSumExp(logProbOfEach(z), 1)),
    sample: (n, rng, temperature = 1) =>
      tidy(() =>
        draw(
          // From streams of their own: more draws begin with those of fewer.
          chosen(exp(logSoftmax(weights as Tensor as Tensor1D)), n, rng.split('component')),
          rng,
          temperature,
        ),
      ),
    sampleFrom(j, n, rng, temperature = 1) {
      ensure(
        Number.isInteger(j) && j >= 0 && j < components,
        `${where}.sampleFrom`,
        () => `expected a component from 0 to ${components - 1}, got ${j}`,
      );
      return tidy(() => draw(new Int32Array(n).fill(j), rng, temperature));
    },
  };
}
