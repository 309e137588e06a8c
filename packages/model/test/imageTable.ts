import { activationNames } from '@iresnet/lipschitz';
import type { Rng } from '@iresnet/core';
import { iResNet, iResNetPreset, type FlowModel, type ImageFlowConfig } from '../src';

/** A small model of images. */
export interface ImageInstance {
  readonly name: string;
  readonly config: ImageFlowConfig;
  /** Event shape of each block, by hand. */
  readonly blockShapes: readonly (readonly number[])[];
}

const base: ImageFlowConfig = {
  ...iResNetPreset('mnist-density-small').flow,
  shape: [4, 4, 1],
  activation: 'softplus', // smooth, so that finite differences are a truth
  scales: [
    { blocks: 2, channels: 4, squeeze: true },
    { blocks: 1, channels: 3, squeeze: true },
  ],
  logDet: { kind: 'exact' },
};

const twoScales = [[2, 2, 4], [2, 2, 4], [1, 1, 8]]; // prettier-ignore

export const imageInstances: readonly ImageInstance[] = [
  { name: 'two scales', config: base, blockShapes: twoScales },
  {
    name: 'two scales, nothing leaves between',
    config: { ...base, multiScale: false },
    blockShapes: [[2, 2, 4], [2, 2, 4], [1, 1, 16]], // prettier-ignore
  },
  {
    name: 'channels mixed before each block, a base with heavy tails',
    config: { ...base, linear: true, base: 'studentT' },
    blockShapes: twoScales,
  },
  {
    name: 'one scale without squeeze',
    config: { ...base, shape: [3, 2, 2], scales: [{ blocks: 2, channels: 4, squeeze: false }] },
    blockShapes: [[3, 2, 2], [3, 2, 2]], // prettier-ignore
  },
  {
    name: 'an odd number of channels split, three scales',
    config: {
      ...base,
      shape: [2, 4, 3],
      scales: [1, 1, 1].map((blocks) => ({ blocks, channels: 3, squeeze: false })),
    },
    blockShapes: [[2, 4, 3], [2, 4, 2], [2, 4, 1]], // prettier-ignore
  },
  {
    name: 'squeezed at the start, channel-major',
    config: {
      ...base,
      initialSqueeze: true,
      squeezeOrder: 'channel-major',
      scales: [{ blocks: 1, channels: 4, squeeze: true }],
    },
    blockShapes: [[1, 1, 16]],
  },
  {
    name: 'without actNorm, standard base',
    config: { ...base, actNorm: false, base: 'standardNormal' },
    blockShapes: twoScales,
  },
  {
    name: 'plain branches',
    config: { ...base, branch: { kind: 'plain', kernelSize: 1 } },
    blockShapes: twoScales,
  },
  {
    name: 'an i-DenseNet',
    config: { ...base, activation: 'cLipSwish', branch: { kind: 'iDenseNet', depth: 2, growth: 1 } },
    blockShapes: twoScales,
  },
  {
    name: 'a logit, picard',
    config: { ...base, transform: { kind: 'logit', low: -0.5 }, solver: 'picard' },
    blockShapes: twoScales,
  },
  {
    name: 'a power series',
    config: {
      ...base,
      logDet: {
        kind: 'powerSeries',
        truncation: { kind: 'terms', terms: 5 },
        probe: { kind: 'rademacher', samples: 2 },
      },
    },
    blockShapes: twoScales,
  },
  ...activationNames.map((activation) => ({
    name: `activation ${activation}`,
    config: {
      ...base,
      activation,
      shape: [2, 2, 2] as const,
      scales: [{ blocks: 2, channels: 4, squeeze: false }],
    },
    blockShapes: [[2, 2, 2], [2, 2, 2]], // prettier-ignore
  })),
];

/** The flow of a configuration. */
export const imageOf = (flow: ImageFlowConfig, rng: Rng): FlowModel =>
  iResNet({ kind: 'image', flow, head: null }, rng).flow;
