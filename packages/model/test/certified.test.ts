import '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { native, startBackend } from '../../../scripts/native';
import { attackCertified } from './attackCertified';

/**
 * `npm run attack:certified` sets them: models, and samples of each. The everyday numbers take
 * seconds.
 */
const [models, samples] = (process.env['IRESNET_ATTACK'] ?? '9,60').split(',').map(Number) as [
  number,
  number,
];

describe.each(['cpu', 'accelerated wasm', ...native])('%s', (backend) => {
  beforeAll(() => startBackend(backend));

  test('a model that certify passes inverts every sample within its bound', { timeout: 3_600_000 }, () => {
    const found = attackCertified(models, samples);
    console.log(`${backend}: ${JSON.stringify(found)}`);
    expect(found.violations).toEqual([]);
    expect(found.kinds).toEqual(['proven']);
    // A bound of Infinity would hold as well, and so would refusing all models.
    expect(found.refused).toBeLessThan(0.5 * models);
    expect(found.bounded).toBeGreaterThan(0.9 * found.samples);
  });
});
