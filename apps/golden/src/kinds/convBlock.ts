import {
  abs,
  eye,
  matMul,
  max,
  mean,
  mul,
  reshape,
  slice,
  sqrt,
  square,
  stack,
  sub,
  sum,
  transpose,
  unstack,
  variableGrads,
  zeros,
  type Scalar,
  type Tensor,
  type Variable,
} from '@tensorflow/tfjs-core';
import { createRng, materialize, squaredNorm, type LinearOperator } from '@iresnet/core';
import { exact, fixedProbes } from '@iresnet/logdet';
import { convBoundAnywhere, gramBound, singularValue } from '@iresnet/spectral-norm';
import { assembled, BRANCH, disposeBlock, loadBlock, type Block } from '../block';
import type { GoldenCase } from '../goldenCase';
import type { Kind } from './kind';
import { operatorOf, type Size } from '../layer';
import { channelsFirst, channelsLast, kernelOf, matrixChannelsFirst, weightOf } from '../layout';
import { isRecord, listIn, numberIn, stringIn } from '../manifest';
import { activationName, effectiveWeightOf, type LoadedBranch } from '../network';
import { plainSeries, powers, probedSeries } from '../series';
import { maxAbs, SUM_ULPS } from '../tolerance';
import { has } from './matching';

/** Terms of the log-determinant in the loss whose gradients are given. */
const LOSS_TERMS = 5;

/**
 * Quantities that exist in float64 alone: sums of about ten float32 operations on each of about ten
 * stages.
 */
const FLOAT32_ULPS = 64;

/**
 * A Gram bound of 12 steps on a matrix of rank below 100 000 is at most so much too large,
 * relatively.
 */
const GRAM_EXCESS = 1e-3;

/** Rounding of a float32 weight. */
const ROUNDING = 1e-6;

/**
 * One convolutional residual block: [squeeze →] [activation normalisation →] x + g(x), and all that
 * is computed with it.
 */
export const convBlock: Kind = {
  name: 'conv-block',
  matches: ({ config }) => has(config, 'int_channels', 'nonlinearity', 'layers'),
  unable: () => undefined,
  run(golden) {
    const block = onlyBlock(golden);
    const x = channelsLast(golden.tensor('x'));
    const probes = transpose(golden.tensor('probes'), [1, 0, 3, 4, 2]); // [n, B, h, w, c]
    checkForward(golden, block, x);
    const at = block.before.reduce((h, part) => part.forward(h), x);
    const { jacobian } = block.branch.map.linearize(at);
    checkLogDets(golden, block, x, at, jacobian, probes);
    checkJacobian(golden, jacobian, at, probes);
    checkInverses(golden, block, x);
    checkGradients(golden, block, x, reshape(slice(probes, 0, 1), at.shape));
    checkNorms(golden, block.branch);
    checkTraining(golden, block, x); // last: it moves the vectors u and v
    golden.leave(/^state\..*weight_sigma$/, 'logged only');
    disposeBlock(block);
  },
};

/** The block as the configuration of a case with nothing else describes it. */
function onlyBlock(golden: GoldenCase): Block {
  const { config } = golden;
  const [, height, width] = listIn(config, 'feature_shape') as readonly [number, number, number];
  return loadBlock(golden, 'state.', {
    coefficient: numberIn(config, 'coeff'),
    activation: activationName(stringIn(config, 'nonlinearity')),
    imageSize: [height, width],
    // With stride 2 the official code measures at the size before the squeeze.
    normSize: listIn(config, 'spectral_norm_spatial') as unknown as Size,
    rtol: 0,
    maxSteps: numberIn(config, 'power_iterations_per_train_forward'),
    squeezes: numberIn(config, 'stride') === 2,
  });
}

function checkForward(golden: GoldenCase, block: Block, x: Tensor): void {
  const { branch, squeezing, normalisation } = block;
  const squeezed = squeezing ? squeezing.forward(x) : x;
  if (golden.has('squeezed')) golden.check('squeezed', channelsFirst(squeezed));
  const at = normalisation ? normalisation.forward(squeezed) : squeezed;
  if (golden.has('after_actnorm')) golden.check('after_actnorm', channelsFirst(at));
  golden.check('F', channelsFirst(branch.map.apply(at)), { way: 'apply' });
  golden.check('F', channelsFirst(branch.map.linearize(at).y), { way: 'linearize' });
  golden.check('y', channelsFirst(assembled(block, exact()).forward(x)));
  for (const position of branch.layers.keys()) {
    golden.check(`effective.${BRANCH}${position}.weight`, effectiveWeightOf(branch, position));
  }
}

function checkLogDets(
  golden: GoldenCase,
  block: Block,
  x: Tensor,
  at: Tensor,
  jacobian: LinearOperator,
  probes: Tensor,
): void {
  const rng = createRng(0); // unused: the probes are given
  const rest = assembled(block, (_a, shape) => zeros([shape[0]!])).forwardAndLogDet(x, rng).logDet;
  golden.check('logdet_actnorm', slice(rest, 0, 1));
  const terms = listIn(golden.config, 'k') as readonly number[];
  for (const name of golden.names(/^logdet_series_n\d+$/)) {
    const samples = Number(/\d+$/.exec(name)![0]);
    const probe = fixedProbes(slice(probes, 0, samples));
    const estimates = terms.map((truncation) => probedSeries({ truncation, probe })(jacobian, at.shape, rng));
    golden.check(name, stack(estimates));
  }
  golden.check('logdet_residual_exact', exact()(jacobian, at.shape, rng), { ulps: FLOAT32_ULPS });
  const { logDet } = assembled(block, exact()).forwardAndLogDet(x, rng);
  golden.check('logdet_total_exact', logDet, { ulps: FLOAT32_ULPS });
}

function checkJacobian(golden: GoldenCase, jacobian: LinearOperator, at: Tensor, probes: Tensor): void {
  const [batch, ...shape] = at.shape as [number, ...number[]];
  const terms = golden.manifest.tensors['probe_terms']!.shape[0]!;
  const official = transpose(powers(jacobian, probes, terms, shape.length), [0, 2, 1]); // [terms, B, n]
  golden.check('probe_terms', official, { ulps: FLOAT32_ULPS });

  const matrices = materialize(jacobian, batch);
  // The largest tensor by far, so a case may come without it.
  if (golden.has('jacobian')) {
    golden.check('jacobian', matrixChannelsFirst(matrices, shape), { ulps: FLOAT32_ULPS });
  }
  const identity = eye(matrices.shape[1]!);
  const traces: Tensor[] = [];
  let power = matrices;
  for (let k = 1; k <= golden.manifest.tensors['trace_of_powers']!.shape[0]!; k++) {
    if (k > 1) power = matMul(power, matrices);
    traces.push(sum(mul(power, identity), [1, 2]));
  }
  golden.check('trace_of_powers', stack(traces), { ulps: FLOAT32_ULPS });
  // Of a float32 Jacobian, so it may lie on either side of the exact norm.
  const norms = golden.values('jacobian_norm');
  unstack(matrices).forEach((matrix, i) => {
    const excess = gramBound(matrix) / norms[i]! - 1;
    golden.record(`jacobian_norm[${i}] by Gram bound`, Math.abs(excess), GRAM_EXCESS);
  });
}

/**
 * As many plain steps as the official inverse does; the error that is left, to the rounding of x.
 */
function checkInverses(golden: GoldenCase, block: Block, x: Tensor): void {
  const y = channelsLast(golden.tensor('y'));
  const largest: Tensor[] = [];
  const lengths: Tensor[] = [];
  for (const steps of listIn(golden.config, 'inverse_iterations') as readonly number[]) {
    const found = assembled(block, exact(), steps).inverse(y);
    golden.check(`inverse_after_${steps}`, channelsFirst(found));
    const error = sub(found, x);
    largest.push(max(reshape(abs(error), [x.shape[0]!, -1]), 1));
    lengths.push(sqrt(squaredNorm(error)));
  }
  const scale = maxAbs(golden.values('x'));
  golden.check('inverse_error_max', stack(largest), { scale });
  golden.check('inverse_error_l2', stack(lengths), { scale: scale * Math.sqrt(x.size / x.shape[0]!) });
}

/**
 * ½‖y‖² − log-determinant, averaged over the batch, and its gradients through the truncated series
 * itself.
 */
function checkGradients(golden: GoldenCase, block: Block, x: Tensor, probe: Tensor): void {
  const weights = new Array<number>(LOSS_TERMS).fill(1);
  const bijector = assembled(block, (a) => plainSeries(a, probe, weights));
  const { value, grads } = variableGrads(() => {
    const { y, logDet } = bijector.forwardAndLogDet(x, createRng(0));
    return mean(sub(mul(0.5, sum(square(y), [1, 2, 3])), logDet)) as Scalar;
  }, [...block.trainable.values()]);
  const squares = golden.values('y').reduce((total, y) => total + 0.5 * y ** 2, 0);
  golden.check('grad.loss', value, { scale: squares / x.shape[0]! });
  for (const [name, { name: key }] of block.trainable) {
    golden.check(`grad.${name}`, weightOf(grads[key]!), { ulps: SUM_ULPS });
  }
}

/**
 * The proven bound of every layer lies above the norm at the size of its images, that of its kernel
 * above the norm at any size.
 */
function checkNorms(golden: GoldenCase, branch: LoadedBranch): void {
  const norms = golden.manifest.scalars['layer_norms']?.value;
  if (!isRecord(norms)) return;
  for (const [position, { map }] of branch.layers) {
    const entry = norms[`${BRANCH}${position}`];
    if (!isRecord(entry)) continue;
    const kernel = kernelOf(effectiveWeightOf(branch, position));
    for (const name of Object.keys(entry).filter((key) => key.startsWith('true_norm'))) {
      const bound = name.endsWith('feature_size') ? map.lipschitzBound() : convBoundAnywhere(kernel);
      golden.record(
        `layer ${position}: bound below ${name}`,
        Math.max(0, numberIn(entry, name) / bound - 1),
        ROUNDING,
      );
    }
  }
}

/**
 * A forward in training: a changed weight makes the next use continue the power iteration from the
 * stored vectors.
 */
function checkTraining(golden: GoldenCase, block: Block, x: Tensor): void {
  if (!golden.has('train.y')) return;
  const { layers } = block.branch;
  for (const { map } of layers.values()) {
    const kernel = map.params['kernel']!;
    kernel.assign(mul(kernel, 1)); // new data of the same value, as an optimizer step of length 0
  }
  const ulps = SUM_ULPS;
  golden.check('train.y', channelsFirst(assembled(block, exact()).forward(x)), { ulps });
  for (const [position, { map, options }] of layers) {
    const at = `train.${BRANCH}${position}.`;
    const { kernel, u, v } = map.params as Record<'kernel' | 'u' | 'v', Variable>;
    const sigma = singularValue(operatorOf(kernel, options.normSize), u, v);
    golden.check(`${at}weight_u`, channelsFirst(u), { ulps });
    golden.check(`${at}weight_v`, channelsFirst(v), { ulps });
    golden.check(`${at}weight_sigma`, reshape(sigma, [1]), { ulps });
    golden.check(`${at}weight`, effectiveWeightOf(block.branch, position), { ulps });
  }
}
