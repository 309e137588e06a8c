import {
  abs,
  add,
  concat,
  exp,
  max,
  mean,
  mul,
  reshape,
  slice,
  split,
  stack,
  sub,
  transpose,
  variableGrads,
  zeros,
  type Scalar,
  type Tensor,
  type Variable,
} from '@tensorflow/tfjs-core';
import { createRng, type LogDetEstimator } from '@iresnet/core';
import { injectivePad, squeeze } from '@iresnet/flows';
import { exact, fixedProbes } from '@iresnet/logdet';
import { bitsPerDim } from '@iresnet/model';
import { assembled, disposeBlock } from '../block';
import type { GoldenCase } from '../goldenCase';
import type { Kind } from './kind';
import {
  imagesOf,
  isMultiScale,
  loadImageNetwork,
  squeezesFirst,
  toOurs,
  type ImageNetwork,
} from '../imageNetwork';
import { channelsFirst, channelsLast, weightOf } from '../layout';
import { listIn, numberIn } from '../manifest';
import { importedModel } from '../model';
import { effectiveWeightOf } from '../network';
import { plainSeries, probedSeries } from '../series';
import { maxAbs, SUM_ULPS } from '../tolerance';
import { has } from './matching';

/**
 * Quantities that exist in float64 alone: sums of about ten float32 operations on each of about ten
 * stages.
 */
const FLOAT32_ULPS = 64;

/**
 * A density of images with the truncated series: latents, densities, log-determinants, gradients,
 * reconstructions, samples.
 */
export const imageDensity: Kind = {
  name: 'image-density',
  matches: ({ config, tensors }) =>
    has(config, 'nBlocks', 'nStrides', 'nChannels') && has(tensors, 'zs.0', 'logpx', 'probe.0'),
  unable: () => undefined,
  run(golden) {
    const network = loadImageNetwork(golden);
    const x = channelsLast(golden.tensor('x'));
    const probes = network.blocks.map((_, i) => transpose(golden.tensor(`probe.${i}`), [1, 0, 3, 4, 2]));
    network.blocks.forEach(({ branch }, i) => {
      const prefix = `effective.${network.prefixes[i]}bottleneck_block.`;
      for (const position of branch.layers.keys()) {
        golden.check(`${prefix}${position}.weight`, effectiveWeightOf(branch, position));
      }
    });
    checkDensity(golden, network, x, probes);
    checkBlocks(golden, network, x, probes);
    checkInverses(golden, network, x);
    checkGradients(golden, network, x, probes);
    checkModel(golden, network, x);
    golden.leave(/weight_sigma$/, 'logged only');
    for (const block of network.blocks) disposeBlock(block);
    network.prior.dispose();
  },
};

/** Latents, log-densities and bits with the truncated series and the given probes. */
function checkDensity(golden: GoldenCase, network: ImageNetwork, x: Tensor, probes: readonly Tensor[]): void {
  const rng = createRng(0); // unused: the probes are given
  const density = network.assemble((i) => seriesOf(golden, probes[i]!));
  const { y: z, logDet } = density.bijector.forwardAndLogDet(x, rng);
  imagesOf(z, network.latents).forEach((latent, i) => golden.check(`zs.${i}`, latent));
  golden.check('logpz', network.prior.logProb(z));
  golden.check('logdet', logDet);
  const logProb = density.logProb(x, rng);
  golden.check('logpx', logProb);
  golden.check('bits_per_dim', bitsPerDim(logProb, x.shape.slice(1)));
}

/** Block by block: outputs, the series, and the exact log-determinants. */
function checkBlocks(golden: GoldenCase, network: ImageNetwork, x: Tensor, probes: readonly Tensor[]): void {
  const rng = createRng(0);
  const none: LogDetEstimator = (_a, shape) => zeros([shape[0]!]);
  let at = squeezesFirst(golden) ? squeeze().forward(x) : x;
  const padding = numberIn(golden.config, 'inj_pad');
  if (padding > 0) at = injectivePad(padding).forward(at);
  const residuals: Tensor[] = [];
  const normalisations: Tensor[] = [];
  let total: Tensor = zeros([x.shape[0]!]);
  const ends = (listIn(golden.config, 'nBlocks') as readonly number[]).map((_, i, counts) =>
    counts.slice(0, i + 1).reduce((sum, n) => sum + n, 0),
  );
  network.blocks.forEach((block, i) => {
    if (isMultiScale(golden) && ends.includes(i)) {
      const channels = at.shape[3]!;
      const leaving = Math.floor(channels / 2);
      at = split(at, [leaving, channels - leaving], 3)[1]!;
    }
    const { y, logDet } = assembled(block, seriesOf(golden, probes[i]!)).forwardAndLogDet(at, rng);
    golden.check(`block_out.${i}`, channelsFirst(y));
    golden.check(`block_logdet.${i}`, logDet);
    const normalised = block.before.reduce((h, part) => part.forward(h), at);
    const residual = exact()(block.branch.map.linearize(normalised).jacobian, normalised.shape, rng);
    const rest = assembled(block, none).forwardAndLogDet(at, rng).logDet;
    residuals.push(residual);
    normalisations.push(slice(rest, 0, 1));
    total = add(total, add(residual, rest));
    at = y;
  });
  const ulps = FLOAT32_ULPS;
  golden.check('block_logdet_residual_exact', stack(residuals), { ulps });
  golden.check('block_logdet_actnorm', stack(normalisations), { ulps });
  golden.check('logdet_exact', total, { ulps });
  const logProb = add(network.prior.logProb(network.assemble(() => exact()).encode(x)), total);
  // A difference of the log-determinant and the density of the latent.
  golden.check('logpx_exact', logProb, { ulps, scale: maxAbs(golden.values('logdet_exact')) });
}

/**
 * As many plain steps as the official inverse does: images from the official latents, and pictures
 * from given noise.
 */
function checkInverses(golden: GoldenCase, network: ImageNetwork, x: Tensor): void {
  const official = network.latents.map((_, i) => reshape(golden.tensor(`zs.${i}`), [x.shape[0]!, -1]));
  const z = toOurs(concat(official, 1), network.latents);
  const largest = (listIn(golden.config, 'inverse_iterations') as readonly number[]).map((steps) => {
    const found = network.assemble(() => exact(), steps).bijector.inverse(z);
    golden.check(`reconstruction_${steps}`, channelsFirst(found));
    return max(reshape(abs(sub(found, x)), [x.shape[0]!, -1]), 1);
  });
  golden.check('reconstruction_error_max', stack(largest), { scale: maxAbs(golden.values('x')) });
  if (!golden.has('sample_noise')) return;
  const noise = toOurs(golden.tensor('sample_noise'), network.latents);
  const { mean: mu, logStd } = network.prior.params as Record<'mean' | 'logStd', Variable>;
  const sample = network.assemble(() => exact(), 100).bijector.inverse(add(mu, mul(exp(logStd), noise)));
  golden.check('sample', channelsFirst(sample));
}

/** Mean bits per dimension and its gradients through the truncated series itself. */
function checkGradients(
  golden: GoldenCase,
  network: ImageNetwork,
  x: Tensor,
  probes: readonly Tensor[],
): void {
  const weights = new Array<number>(numberIn(golden.config, 'series_terms')).fill(1);
  const density = network.assemble((i) => (a) => plainSeries(a, oneOf(probes[i]!), weights));
  const { value, grads } = variableGrads(
    () => mean(bitsPerDim(density.logProb(x, createRng(0)), x.shape.slice(1))) as Scalar,
    [...network.trainable.values()],
  );
  golden.check('grad.loss', value);
  for (const [name, { name: key }] of network.trainable) {
    const grad = grads[key]!;
    const official = name.startsWith('prior_')
      ? concat(imagesOf(reshape(grad, [1, -1]), network.latents).map((part) => reshape(part, [-1])))
      : weightOf(grad);
    golden.check(`grad.${name}`, official, { ulps: SUM_ULPS });
  }
}

/** The same network as the packages import and assemble it. */
function checkModel(golden: GoldenCase, network: ImageNetwork, x: Tensor): void {
  const model = importedModel(golden);
  const z = model.encode(x);
  imagesOf(z, network.latents).forEach((latent, i) => golden.check(`zs.${i}`, latent, { way: 'model' }));
  golden.check('logpz', model.flow.base.logProb(z), { way: 'model' });
  model.dispose();
}

function seriesOf({ config }: GoldenCase, probes: Tensor): LogDetEstimator {
  return probedSeries({ truncation: numberIn(config, 'series_terms'), probe: fixedProbes(probes) });
}

/** The only one of `[1, B, …]` probes, `[B, …]`. */
function oneOf(probes: Tensor): Tensor {
  return reshape(probes, probes.shape.slice(1));
}
