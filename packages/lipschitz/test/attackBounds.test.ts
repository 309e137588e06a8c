import '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { native, startBackend } from '../../../scripts/native';
import { attackBranches, attackLayers } from './attackBounds';

/** `npm run attack:bounds` sets these. The everyday numbers take seconds. */
const [layers, branches] = (process.env['IRESNET_ATTACK'] ?? '26,26').split(',').map(Number) as [
  number,
  number,
];

describe.each(['cpu', 'accelerated wasm', ...native])('%s', (backend) => {
  beforeAll(() => startBackend(backend));

  test('no bound of a layer is below the norm, and enforceBounds keeps c', { timeout: 3_600_000 }, () => {
    const { violations, checks, slack } = attackLayers(layers);
    console.log(`${backend}: ${checks} checks of layers, ${violations.length} violations, slack ${slack}`);
    expect(violations).toEqual([]);
    // The bound of a convolution at its image size stays near the norm.
    expect(slack).toBeLessThan(0.5);
  });

  test('no bound of a branch is below the norm of its Jacobian', { timeout: 3_600_000 }, () => {
    const { violations, checks } = attackBranches(branches);
    console.log(`${backend}: ${checks} checks of branches, ${violations.length} violations`);
    expect(violations).toEqual([]);
  });
});
