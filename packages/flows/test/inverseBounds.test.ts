import '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
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
      // A bound of Infinity would hold as well.
      expect(found.bounded).toBe(2 * found.samples);
      expect(found.converged).toBeGreaterThan(0.99 * found.samples);
    },
  );
});
