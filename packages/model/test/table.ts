import { activationNames } from '@iresnet/lipschitz';
import { denseFlowDefaults, type DenseFlowConfig } from '../src';

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

export const instances: readonly Instance[] = [
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
  { name: 'a power series', config: { ...small(3), logDet: { kind: 'powerSeries', terms: 5, samples: 2 } } },
  {
    name: 'a roulette',
    config: { ...small(3), logDet: { kind: 'russianRoulette', exactTerms: 2, samples: 3 } },
  },
];
