import { activationNames } from '@iresnet/lipschitz';
import type { LogDetSpec } from '@iresnet/logdet';
import type { Rng } from '@iresnet/core';
import { specKind } from '@iresnet/core/internal';
import { denseFlowDefaults, iResNet, type DenseFlowConfig, type FlowConfig, type FlowModel } from '../src';

/** Activations with a slope that jumps. */
export const jumpy: readonly string[] = ['relu', 'leakyRelu', 'maxMin', 'groupSort', 'cRelu'];

/** A small model. */
export interface Instance {
  readonly name: string;
  readonly config: DenseFlowConfig;
}

const small = (dimension: number): DenseFlowConfig => ({
  ...denseFlowDefaults(dimension),
  blocks: 2,
  hidden: [8],
});

/** So many terms of the power series with so many probes. */
const series = (terms: number, samples: number): LogDetSpec => ({
  kind: 'powerSeries',
  truncation: { kind: 'terms', terms },
  probe: { kind: 'rademacher', samples },
});

export const instances: readonly Instance[] = [
  {
    name: 'an i-DenseNet',
    config: {
      ...small(3),
      activation: 'cLipSwish',
      branch: { kind: 'iDenseNet', depth: 2, growth: 4 },
    },
  },
  {
    name: 'an i-DenseNet of sines',
    config: { ...small(3), activation: 'cSin', branch: { kind: 'iDenseNet', depth: 2, growth: 4 } },
  },
  {
    name: 'a learned base, a transform',
    config: {
      ...small(3),
      base: 'diagonalNormal',
      transform: { kind: 'affine', scale: [0.5, 2, 1], shift: [0, 1, -1] },
      solver: { kind: 'anderson', memory: 2 },
    },
  },
  {
    name: 'matrices between the blocks, a mixture as base',
    config: { ...small(3), linear: true, base: { kind: 'mixture', components: 3 } },
  },
  ...[1, 2, 5, 12, 20].map((d) => ({ name: `dimension ${d}`, config: small(d) })),
  ...activationNames.map((name) => ({
    name: `activation ${name}`,
    config: { ...small(2), activation: name },
  })),
  { name: 'two hidden layers', config: { ...small(2), hidden: [6, 4] } },
  { name: 'no hidden layer', config: { ...small(3), hidden: [] } },
  { name: 'without actNorm', config: { ...small(2), actNorm: false } },
  { name: 'a small coefficient', config: { ...small(2), coefficient: 0.5 } },
  {
    name: 'standardized columns',
    config: { ...small(2), standardize: { mean: [10, -100], deviation: [2, 50] } },
  },
  { name: 'a power series', config: { ...small(3), logDet: series(5, 2) } },
  {
    name: 'a roulette',
    config: {
      ...small(3),
      logDet: {
        kind: 'powerSeries',
        truncation: { kind: 'russianRoulette', exactTerms: 2 },
        probe: { kind: 'rademacher', samples: 3 },
      },
    },
  },
];

/**
 * What the layers of a branch are held to together, by hand: cⁿ, and for the i-DenseNets of the
 * tables, whose two concatenations weigh both sides alike at the start, c·√((1 + c²)/2)².
 */
export const limitOf = ({ branch = 'plain', coefficient }: FlowConfig, layers: number): number =>
  specKind(branch) === 'iDenseNet' ? (coefficient! * (1 + coefficient! ** 2)) / 2 : coefficient! ** layers;

/** The flow of a configuration. */
export const denseOf = (flow: DenseFlowConfig, rng: Rng): FlowModel =>
  iResNet({ kind: 'dense', flow, head: null }, rng).flow;
