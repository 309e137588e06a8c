import {
  eye,
  gather,
  mean,
  neg,
  stack,
  variableGrads,
  type Scalar,
  type Tensor,
  type Variable,
} from '@tensorflow/tfjs-core';
import { createRng, prefixParams, type Params, type Bijector } from '@iresnet/core';
import { actNorm, chain, flow, residualBlock, standardNormal, type Flow } from '@iresnet/flows';
import { picard } from '@iresnet/inversion';
import { activation } from '@iresnet/lipschitz';
import { exact } from '@iresnet/logdet';
import { denseFlow } from '@iresnet/model';
import type { GoldenCase } from '../goldenCase';
import type { Kind } from './kind';
import { load } from '../layer';
import { weightOf } from '../layout';
import { numberIn, stringIn } from '../manifest';
import { activationName, effectiveWeightOf, loadBranch, type LoadedBranch } from '../network';
import { SUM_ULPS } from '../tolerance';
import { has } from './matching';

/** Name of an inverse before its number of iterations. */
const INVERSE = 'inverse_';

/** Every how many points one was inverted. */
const INVERSE_STRIDE = 7;

interface Block {
  readonly bijector: Bijector;
  readonly branch: LoadedBranch;
  /** Trainable variables by their official name. */
  readonly trainable: ReadonlyMap<string, Variable>;
}

/**
 * A dense flow with the exact log-determinant: latents, log-determinants, densities, inverses,
 * gradients.
 */
export const denseDensity: Kind = {
  name: 'dense-density',
  matches: ({ config, tensors }) =>
    has(config, 'blocks', 'hidden', 'coeff', 'nonlin') && has(tensors, 'points', 'z', 'logp', 'block_logdet'),
  unable: () => undefined,
  run(golden) {
    const iterations = Math.max(
      0,
      ...golden.names(/^inverse_\d+$/).map((name) => Number(name.slice(INVERSE.length))),
    );
    const blocks = Array.from({ length: numberIn(golden.config, 'blocks') }, (_, i) =>
      block(golden, i, iterations),
    );
    const points = golden.tensor('points');
    const density = flow(
      chain(...blocks.map(({ bijector }) => bijector)),
      standardNormal(points.shape.slice(1)),
    );
    const rng = createRng(0); // unused: the log-determinant is exact

    blocks.forEach(({ branch }, i) => {
      for (const name of golden.names(new RegExp(`^effective\\.blocks\\.${i}\\.`))) {
        golden.check(name, effectiveWeightOf(branch, Number(/net\.(\d+)/.exec(name)![1])));
      }
    });
    golden.check('z', density.encode(points));
    golden.check('logp', density.logProb(points, rng));
    const model = assembled(golden, blocks, points.shape[1]!);
    golden.check('logp', model.logProb(points, rng), { way: 'model' });
    model.dispose();
    const logDets: Tensor[] = [];
    let at: Tensor = points;
    for (const { bijector } of blocks) {
      const step = bijector.forwardAndLogDet(at, rng);
      logDets.push(step.logDet);
      at = step.y;
    }
    golden.check('block_logdet', stack(logDets));

    if (iterations > 0) {
      const name = `${INVERSE}${iterations}`;
      const count = golden.manifest.tensors[name]!.shape[0]!;
      const chosen = Array.from({ length: count }, (_, i) => i * INVERSE_STRIDE);
      golden.check(name, density.decode(gather(golden.tensor('z'), chosen)).value);
    }

    const data = golden.tensor('train_points');
    const variables = new Map(blocks.flatMap(({ trainable }) => [...trainable]));
    const { value, grads } = variableGrads(
      () => neg(mean(density.logProb(data, rng))) as Scalar,
      [...variables.values()],
    );
    golden.check('grad.loss', value);
    for (const [name, { name: key }] of variables) {
      golden.check(`grad.${name}`, weightOf(grads[key]!), { ulps: SUM_ULPS });
    }
    golden.leave(/\.weight_sigma$/, 'logged only');
    density.dispose();
  },
};

/** Block i: [activation normalisation →] x + g(x). */
function block(golden: GoldenCase, i: number, iterations: number): Block {
  const { config } = golden;
  const prefix = `blocks.${i}.`;
  const branch = loadBranch(
    golden,
    `state.${prefix}net.`,
    { coefficient: numberIn(config, 'coeff'), activation: activationName(stringIn(config, 'nonlin')) },
    { weight: 'weight_orig', u: 'weight_u', v: 'weight_v' },
  );
  // As many plain steps as the official inverse does.
  const solve = {
    solver: picard(),
    rtol: 0,
    atol: Number.MIN_VALUE,
    maxSteps: Math.max(1, iterations),
    onFailure: 'return',
  } as const;
  const residual = residualBlock(branch.map, { logDet: exact(), solve });
  const trainable = new Map([...branch.trainable].map(([name, v]) => [`${prefix}net.${name}`, v]));
  if (config['actnorm'] !== true) return { bijector: residual, branch, trainable };
  const scale = golden.tensor(`state.${prefix}actnorm._log_scale`);
  const normalisation = actNorm(scale.shape);
  load(normalisation.params, {
    logScale: scale,
    shift: golden.tensor(`state.${prefix}actnorm._shift`),
    initialized: eye(1),
  });
  trainable.set(`${prefix}actnorm._log_scale`, normalisation.params['logScale']!);
  trainable.set(`${prefix}actnorm._shift`, normalisation.params['shift']!);
  return { bijector: chain(normalisation, residual), branch, trainable };
}

/**
 * The same network as `denseFlow` assembles it, with the same parameters. Its last ActNorm is the
 * identity.
 */
function assembled({ config }: GoldenCase, blocks: readonly Block[], dimension: number): Flow {
  const normalised = config['actnorm'] === true;
  const widths = Array.from(blocks[0]!.branch.layers.values(), ({ map }) => map.params['kernel']!.shape[1]!);
  const model = denseFlow(
    {
      dimension,
      blocks: blocks.length,
      hidden: widths.slice(0, -1),
      activation: () => activation(activationName(stringIn(config, 'nonlin'))),
      coefficient: numberIn(config, 'coeff'),
      actNorm: normalised,
      logDet: exact(),
    },
    createRng(0),
  );
  // A block with normalisation is a chain of two parts, which the model has beside each other.
  const parts = blocks.flatMap(({ bijector: { params } }) =>
    normalised ? [partOf(params, '0.'), partOf(params, '1.')] : [params],
  );
  load(model.bijector.params, prefixParams(Object.fromEntries(parts.entries())));
  if (normalised) load(model.bijector.params, { [`${parts.length}.initialized`]: eye(1) });
  return model;
}

/** The parameters under a prefix, without it. */
function partOf(params: Params, prefix: string): Params {
  return Object.fromEntries(
    Object.entries(params).flatMap(([name, v]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), v]] : [],
    ),
  );
}
