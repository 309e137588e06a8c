import {
  grad,
  mul,
  ones,
  reshape,
  sum,
  variable,
  variableGrads,
  zeros,
  type Scalar,
  type Tensor,
  type Variable,
} from '@tensorflow/tfjs-core';
import { createRng, transposeOperator, type LinearOperator } from '@iresnet/core';
import { exact, fixedProbes, powerSeries, rouletteWeights } from '@iresnet/logdet';
import type { GoldenCase } from '../goldenCase';
import type { Kind } from './kind';
import { channelsFirst, channelsLast, weightOf } from '../layout';
import { listIn, numberIn, stringIn } from '../manifest';
import { plainSeries, probedSeries } from '../series';
import { SUM_ULPS } from '../tolerance';
import { has, unlessOffered } from './matching';
import { residualFlowBranch, stopping } from './roulette';

/**
 * The exact gradients exist in float64 alone; ours go through a float32 Jacobian and its inverse.
 */
const EXACT_ULPS = 64;

/** Gradient of the log-determinant by the Neumann series with given draws and probe. */
export const neumannGradient: Kind = {
  name: 'neumann-gradient',
  matches: ({ config, tensors }) =>
    has(config, 'draws', 'distribution', 'exact_terms') && has(tensors, 'x', 'probe', 'gradient.0.value'),
  unable: unlessOffered,
  run(golden) {
    const { config } = golden;
    const { map, trainable } = residualFlowBranch(golden);
    const probe = channelsLast(golden.tensor('probe'));
    const probes = fixedProbes(reshape(probe, [1, ...probe.shape]));
    const rng = createRng(0); // unused: draws and probe are given
    const x = variable(channelsLast(golden.tensor('x')));
    const variables = new Map([...trainable, ['x', x]]);
    const compare = (prefix: string, value: (jacobian: LinearOperator) => Tensor, ulps?: number) =>
      checkGradients(golden, prefix, () => value(map.linearize(x).jacobian), variables, ulps);

    const distribution = stopping(stringIn(config, 'distribution'), numberIn(config, 'param'));
    const draws = listIn(config, 'draws') as readonly (readonly number[])[];
    draws.forEach((numbers, i) => {
      const weights = rouletteWeights(numbers, distribution, numberIn(config, 'exact_terms'));
      const estimate = powerSeries({ truncation: () => weights, probe: probes });
      // The official series multiplies from the left, so the estimator gets the transposed
      // Jacobian.
      compare(`gradient.${i}`, (jacobian) => estimate(transposeOperator(jacobian), x.shape, rng));
      const { jacobian } = map.linearize(x);
      // d/dt of the estimate for t·J at t = 1 is the surrogate itself.
      const surrogate = grad((t: Tensor) => estimate((v) => mul(t, jacobian.rmatvec(v)), x.shape, rng));
      golden.check(`gradient.${i}.value`, surrogate(ones([x.shape[0]!, ...x.shape.slice(1).map(() => 1)])));
      // The value of the estimate, and the derivative of that value: through the taped powers, one
      // level of autodiff.
      const probed = probedSeries({ truncation: () => weights, probe: probes });
      golden.check(`basic.${i}.value`, probed(jacobian, x.shape, rng), { way: 'estimator' });
      golden.check(`basic.${i}.value`, plainSeries(jacobian, probe, weights), { way: 'taped powers' });
      compare(`basic.${i}`, (taped) => plainSeries(taped, probe, weights));
    });
    compare('exact', (jacobian) => exact()(jacobian, x.shape, rng), EXACT_ULPS);
    golden.leave(/\.scale$/, 'logged only');
    golden.leave(/\.initialized$/, 'a flag of the start');
    x.dispose();
    map.dispose();
  },
};

/** Compare the gradient of Σ value with every tensor `prefix.NAME`, NAME a variable. */
function checkGradients(
  golden: GoldenCase,
  prefix: string,
  value: () => Tensor,
  variables: ReadonlyMap<string, Variable>,
  ulps = SUM_ULPS,
): void {
  const { grads } = variableGrads(() => sum(value()) as Scalar, [...variables.values()]);
  for (const [name, { name: key, shape }] of variables) {
    // Nothing flows to the last bias: the Jacobian does not depend on it.
    const gradient = grads[key] ?? zeros(shape);
    const official = name === 'x' ? channelsFirst(gradient) : weightOf(gradient);
    golden.check(`${prefix}.${name}`, official, { ulps });
  }
}
