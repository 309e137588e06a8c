import {
  abs,
  max,
  reshape,
  stack,
  sub,
  tensor1d,
  transpose,
  variableGrads,
  type Scalar,
  type Tensor,
  type Variable,
} from '@tensorflow/tfjs-core';
import { createRng } from '@iresnet/core';
import { exact } from '@iresnet/logdet';
import { classifierHead, crossEntropy, type ClassifierHead } from '@iresnet/model';
import { assembled, disposeBlock } from '../block';
import type { GoldenCase } from '../goldenCase';
import type { Kind } from './kind';
import { imagesOf, loadImageNetwork, toOurs, type ImageNetwork } from '../imageNetwork';
import { load } from '../layer';
import { channelsFirst, channelsLast, weightOf } from '../layout';
import { listIn } from '../manifest';
import { importedModel } from '../model';
import { effectiveWeightOf } from '../network';
import { maxAbs, SUM_ULPS } from '../tolerance';
import { has } from './matching';

/** The official head moves its running moments by nine tenths. */
const MOMENTUM = 0.9;

/** Steps of the inverse of a perturbed latent. */
const PERTURBED_STEPS = 100;

/** Batch normalization of the official head and ours. */
const headNames = {
  'bn1.weight': '0.scale',
  'bn1.bias': '0.offset',
  'logits.weight': 'kernel',
  'logits.bias': 'bias',
} as const;

/**
 * A classifier: latents, scores in both modes, running moments, gradients of the cross entropy,
 * reconstructions.
 */
export const imageClassifier: Kind = {
  name: 'image-classifier',
  matches: ({ config, tensors }) =>
    has(config, 'nBlocks', 'nStrides', 'nChannels') && has(tensors, 'z', 'logits', 'state.bn1.weight'),
  unable: () => undefined,
  run(golden) {
    const network = loadImageNetwork(golden);
    const x = channelsLast(golden.tensor('x'));
    network.blocks.forEach(({ branch }, i) => {
      const prefix = `effective.${network.prefixes[i]}bottleneck_block.`;
      for (const position of branch.layers.keys()) {
        const name = `${prefix}${position}.weight`;
        if (golden.has(name)) golden.check(name, effectiveWeightOf(branch, position));
      }
    });
    const [c, h, w] = network.latents[0] as readonly [number, number, number];
    const classes = golden.values('state.logits.bias').length;
    const head = classifierHead([[h, w, c]], { classes, pool: 'average', momentum: MOMENTUM }, createRng(0));
    loadHead(golden, head);
    checkScores(golden, network, head, x);
    checkInverses(golden, network, x);
    checkGradients(golden, network, head, x);
    checkModel(golden, network, x);
    checkTraining(golden, network, head);
    golden.leave(/weight_sigma$|num_batches_tracked$/, 'logged only');
    for (const block of network.blocks) disposeBlock(block);
    network.prior.dispose();
    head.dispose();
  },
};

function loadHead(golden: GoldenCase, head: ClassifierHead): void {
  load(head.params, {
    '0.scale': golden.tensor('state.bn1.weight'),
    '0.offset': golden.tensor('state.bn1.bias'),
    '0.mean': golden.tensor('state.bn1.running_mean'),
    '0.variance': golden.tensor('state.bn1.running_var'),
    kernel: transpose(golden.tensor('state.logits.weight')),
    bias: golden.tensor('state.logits.bias'),
  });
}

/** Outputs of the blocks, the last activation, and the scores of it with the running moments. */
function checkScores(golden: GoldenCase, network: ImageNetwork, head: ClassifierHead, x: Tensor): void {
  let at = network.before.reduce((h, part) => part.forward(h), x);
  network.blocks.forEach((block, i) => {
    at = assembled(block, exact()).forward(at);
    const name = `block_out.${i}`;
    if (golden.has(name)) golden.check(name, channelsFirst(at));
  });
  const z = network.assemble(() => exact()).encode(x);
  golden.check('z', imagesOf(z, network.latents)[0]!);
  golden.check('logits', head.logits(z));
}

/**
 * As many plain steps as the official inverse does, from the official latent and from a perturbed
 * one.
 */
function checkInverses(golden: GoldenCase, network: ImageNetwork, x: Tensor): void {
  const latentOf = (name: string) => toOurs(reshape(golden.tensor(name), [x.shape[0]!, -1]), network.latents);
  const largest = (listIn(golden.config, 'inverse_iterations') as readonly number[]).map((steps) => {
    const found = network.assemble(() => exact(), steps).bijector.inverse(latentOf('z'));
    golden.check(`reconstruction_${steps}`, channelsFirst(found));
    return max(reshape(abs(sub(found, x)), [x.shape[0]!, -1]), 1);
  });
  golden.check('reconstruction_error_max', stack(largest), { scale: maxAbs(golden.values('x')) });
  if (!golden.has('inverse_of_perturbed')) return;
  const back = network.assemble(() => exact(), PERTURBED_STEPS).bijector.inverse(latentOf('z_perturbed'));
  golden.check('inverse_of_perturbed', channelsFirst(back));
}

/** The cross entropy of the scores with the running moments, and its gradients. */
function checkGradients(golden: GoldenCase, network: ImageNetwork, head: ClassifierHead, x: Tensor): void {
  const labels = labelsOf(golden);
  const flow = network.assemble(() => exact());
  const all = [
    ...network.trainable,
    ...Object.entries(headNames).map(([name, own]): [string, Variable] => [name, head.params[own]!]),
  ];
  const ours = new Map(all.filter(([name]) => golden.has(`grad.${name}`)));
  const { value, grads } = variableGrads(
    () => crossEntropy(head.logits(flow.encode(x)), labels) as Scalar,
    [...ours.values()],
  );
  golden.check('grad.loss', value);
  for (const [name, { name: key }] of ours)
    golden.check(`grad.${name}`, weightOf(grads[key]!), { ulps: SUM_ULPS });
}

/**
 * The same head on the official latent in training: scores by the moments of the batch, which move
 * the running ones.
 */
function checkTraining(golden: GoldenCase, network: ImageNetwork, head: ClassifierHead): void {
  if (!golden.has('head_train.logits')) return;
  const official = golden.tensor('z');
  const z = toOurs(reshape(official, [official.shape[0]!, -1]), network.latents);
  golden.check('head_train.logits', head.logits(z, { training: true }), { ulps: SUM_ULPS });
  golden.check('head_train.running_mean', head.params['0.mean']!, { ulps: SUM_ULPS });
  golden.check('head_train.running_var', head.params['0.variance']!, { ulps: SUM_ULPS });
}

/** The same network as the packages import and assemble it. */
function checkModel(golden: GoldenCase, network: ImageNetwork, x: Tensor): void {
  const model = importedModel(golden);
  golden.check('z', imagesOf(model.encode(x), network.latents)[0]!, { way: 'model' });
  golden.check('logits', model.logits(x), { way: 'model' });
  model.dispose();
}

function labelsOf(golden: GoldenCase): Tensor {
  return tensor1d(Int32Array.from(golden.values('labels')), 'int32');
}
