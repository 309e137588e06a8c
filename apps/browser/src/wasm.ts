import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { useBackend, type UseBackendOptions } from '@iresnet/backend';
import { createRng } from '@iresnet/core';

/**
 * Threads as reported, whether the page may share memory, and the values of a convolution, on a
 * machine of so many cores as far as the page knows.
 */
export async function threaded({ cores, ...options }: UseBackendOptions & { cores: number }) {
  Object.defineProperty(navigator, 'hardwareConcurrency', { value: cores });
  const { threads } = await useBackend('wasm', options);
  const rng = createRng(1);
  const y = tf.conv2d(
    rng.normal([4, 16, 16, 8]) as tf.Tensor4D,
    rng.normal([3, 3, 8, 8]) as tf.Tensor4D,
    1,
    'same',
  );
  return { threads, isolated: globalThis.crossOriginIsolated, values: Array.from(y.dataSync()) };
}

/** What `auto` takes, and what it writes to the console. */
export async function automatic(options: UseBackendOptions) {
  const { warn } = console;
  const warnings: string[] = [];
  console.warn = (...words: unknown[]) => warnings.push(words.join(' '));
  try {
    return { report: await useBackend('auto', options), warnings };
  } finally {
    console.warn = warn;
  }
}
