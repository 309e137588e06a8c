import { reshape, unstack } from '@tensorflow/tfjs-core';
import { createRng, materialize } from '@iresnet/core';
import {
  exact,
  fixedProbes,
  geometric,
  poisson,
  rouletteWeights,
  type StoppingDistribution,
} from '@iresnet/logdet';
import { gramBound } from '@iresnet/spectral-norm';
import type { GoldenCase } from '../goldenCase';
import type { Kind } from './kind';
import type { Size } from '../layer';
import { channelsFirst, channelsLast } from '../layout';
import { listIn, numberIn, stringIn } from '../manifest';
import { activationName, effectiveWeightOf, loadBranch, type LoadedBranch } from '../network';
import { powers, probedSeries } from '../series';
import { has, unlessOffered } from './matching';

/** Exact terms in evaluation mode, whatever is configured. */
const EVAL_TERMS = 20;

/**
 * A Gram bound of 12 steps on a matrix of rank below 100 000 is at most so much too large,
 * relatively.
 */
const GRAM_EXCESS = 1e-3;

/**
 * Quantities that exist in float64 alone: sums of about ten float32 operations on each of about ten
 * stages.
 */
const FLOAT32_ULPS = 64;

interface Entry {
  readonly index: number;
  readonly dist: string;
  readonly param: number;
  readonly draws: readonly number[];
  readonly exact_terms: number;
  readonly mode: string;
}

/** Russian-roulette log-determinant with given draws and probe. */
export const roulette: Kind = {
  name: 'roulette',
  matches: ({ config, tensors }) => has(config, 'roulette', 'coeff') && has(tensors, 'x', 'probe'),
  unable: unlessOffered,
  run(golden) {
    const branch = residualFlowBranch(golden);
    const { map } = branch;
    const x = channelsLast(golden.tensor('x'));
    const probe = channelsLast(golden.tensor('probe'));
    for (const name of golden.names(/^effective\..*weight$/)) {
      golden.check(name, effectiveWeightOf(branch, Number(name.split('.')[1])));
    }
    golden.check('F', channelsFirst(map.apply(x)), { way: 'apply' });
    const { y, jacobian } = map.linearize(x);
    golden.check('F', channelsFirst(y), { way: 'linearize' });

    const probes = fixedProbes(reshape(probe, [1, ...probe.shape]));
    const rng = createRng(0); // unused: draws and probe are given
    for (const entry of listIn(golden.config, 'roulette') as readonly Entry[]) {
      const exactTerms = entry.mode === 'eval' ? EVAL_TERMS : entry.exact_terms;
      const weights = rouletteWeights(entry.draws, stopping(entry.dist, entry.param), exactTerms);
      golden.check(`coefficients.${entry.index}`, weights, { ulps: 1e-4 });
      const estimate = probedSeries({ truncation: () => weights, probe: probes });
      golden.check(`estimate.${entry.index}`, estimate(jacobian, x.shape, rng));
    }

    // Of a float32 Jacobian, so it may lie on either side of the exact norm.
    const norms = golden.values('jacobian_norm');
    unstack(materialize(jacobian, x.shape[0]!)).forEach((matrix, i) => {
      const excess = gramBound(matrix) / norms[i]! - 1;
      golden.record(`jacobian_norm[${i}] by Gram bound`, Math.abs(excess), GRAM_EXCESS);
    });
    golden.check('logdet_exact', exact()(jacobian, x.shape, rng), { ulps: FLOAT32_ULPS });
    const limit = probedSeries({ truncation: termsFor(Math.max(...norms)), probe: probes });
    golden.check('series_limit', limit(jacobian, x.shape, rng), { ulps: FLOAT32_ULPS });
    const terms = golden.manifest.tensors['probe_terms']!.shape[0]!;
    golden.check('probe_terms', powers(jacobian, probe, terms), { ulps: FLOAT32_ULPS });
    golden.leave(/\.scale$/, 'logged only');
    golden.leave(/\.initialized$/, 'a flag of the start');
    map.dispose();
  },
};

/**
 * The branch of the residual-flow cases: activation, layer, activation, layer, … under `state.N`.
 */
export function residualFlowBranch(golden: GoldenCase): LoadedBranch {
  const { config } = golden;
  return loadBranch(
    golden,
    'state.',
    {
      coefficient: numberIn(config, 'coeff'),
      activation: activationName(stringIn(config, 'activation')),
      ...(config['kind'] === 'conv' && { imageSize: listIn(config, 'shape').slice(1) as unknown as Size }),
    },
    { weight: 'weight', u: 'u', v: 'v' },
  );
}

/** The stopping distribution that a case names. */
export function stopping(name: string, parameter: number): StoppingDistribution {
  return name === 'poisson' ? poisson(parameter) : geometric(parameter);
}

/** How many terms bring the remainder Lⁿ/n below float32. */
function termsFor(norm: number): number {
  return Math.min(1000, Math.max(10, Math.ceil(-20 / Math.log(norm))));
}
