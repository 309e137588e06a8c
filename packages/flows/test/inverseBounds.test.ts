import '@tensorflow/tfjs';
import { mul, tidy } from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { createRng } from '@iresnet/core';
import { dense, sequential, sin } from '@iresnet/lipschitz';
import { exact } from '@iresnet/logdet';
import { chain, localBounds, residualBlock } from '../src';
import { native, startBackend } from '../../../scripts/native';
import { attackInverse, type Attacked, type Kind } from './attackInverse';

/** `npm run attack:inverse` sets these. The everyday numbers take seconds. */
const [random, hostile] = (process.env['IRESNET_ATTACK'] ?? '24,24').split(',').map(Number) as [
  number,
  number,
];
const batch = process.env['IRESNET_ATTACK'] === undefined ? 4 : 16;

describe.each(['cpu', 'accelerated wasm', ...native])('%s', (backend) => {
  beforeAll(() => startBackend(backend));

  test.each<[Kind, number]>([
    ['random', random],
    ['hostile', hostile],
  ])(
    'no true error in float64 is above a bound that is called proven: %s models',
    { timeout: 3_600_000 },
    (kind, count) => {
      const found: Attacked = attackInverse(kind, count, batch);
      console.log(`${backend}, ${kind}: ${JSON.stringify(found)}`);
      expect(found.violations).toBe(0);
      expect(found.kinds).toEqual(['proven']);
      // A bound of Infinity would hold as well. It is the truth of one hostile model of 500 on
      // wasm: eight blocks of biases up to 1e6 between mixings amplify a rounding by 1e12.
      expect(found.bounded).toBeGreaterThan(0.99 * 2 * found.samples);
      expect(found.converged).toBeGreaterThan(0.99 * found.samples);
      // A third of the models have slopes that jump or are images: local bounds are those of L
      // there.
      expect(found.localSlack).toBeLessThan(found.slack);
    },
  );
});

test('near a point the bound of eight blocks is thousands of times closer than by Lipschitz constants', async () => {
  await startBackend('cpu');
  const rng = createRng(5);
  const blocks = Array.from({ length: 8 }, (_, k) => {
    const place = rng.split(k);
    const [up, down] = [
      dense({ inputs: 4, outputs: 32, rng: place.split('up') }),
      dense({ inputs: 32, outputs: 4, rng: place.split('down') }),
    ];
    // At their bounds of 0.9 each.
    for (const { params } of [up, down]) tidy(() => params['kernel']!.assign(mul(5, params['kernel']!)));
    return residualBlock(sequential(up, sin(), down), { logDet: exact() });
  });
  const model = chain(...blocks);
  model.enforceBounds();
  const x = rng.normal([16, 4]);
  const boundsOf = (local?: typeof localBounds): number[] => {
    const there = model.forwardWithReport(x, undefined, { local });
    return model.inverseWithReport(there.value, there.errorBound, { local }).errorBound;
  };
  const [far, near] = [boundsOf(), boundsOf(localBounds)];
  near.forEach((bound, i) => expect(bound).toBeLessThan(far[i]! / 1000));
  near.forEach((bound) => expect(bound).toBeLessThan(1e-3));
});
