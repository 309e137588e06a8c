import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { gradientsBundle } from '../../../scripts/tfjsGradients';
import { compareParts } from './parts';

const onCpu = (): Promise<boolean> => tf.setBackend('cpu');

/** Have the gradients of `@iresnet/core/gradients/vectors` and no others. */
async function onCpuWithVectorGradients(): Promise<void> {
  for (const op of Object.values(tf) as unknown[])
    if (typeof op === 'string' && tf.getGradient(op)) tf.unregisterGradient(op);
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(import.meta.resolve('../../core/src/vectorGradients.ts'))],
    bundle: true,
    write: false,
    format: 'cjs',
    plugins: gradientsBundle.esbuildPlugins,
    external: ['@tensorflow/tfjs-core'],
  });
  new Function('require', outputFiles[0]!.text)(createRequire(import.meta.url));
}

test('every part for vectors has its gradients from @iresnet/core/gradients/vectors', async () => {
  const forVectors = '^(?!.*image)';
  const compared = await compareParts(forVectors, onCpu, onCpuWithVectorGradients);
  expect(compared.length).toBeGreaterThan(50);
  for (const { name, errors, refused } of compared) {
    expect(refused, name).toBeUndefined();
    expect(Object.values(errors!).every((error) => error === 0), name).toBe(true); // prettier-ignore
  }
  // A convolution has none there: the test does not run with all of them.
  expect(tf.getGradient('Conv2D')).toBeUndefined();
});
