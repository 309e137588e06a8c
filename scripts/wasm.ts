import '@tensorflow/tfjs-backend-wasm';
import {
  getGradient,
  getKernelsForBackend,
  registerGradient,
  registerKernel,
  setBackend,
  unregisterKernel,
} from '@tensorflow/tfjs';
import { beforeAll, describe } from 'vitest';
import { useBackend } from '../packages/backend/src/index.ts';

/**
 * Both forms of wasm: as TensorFlow.js has it, and with the kernels and the gradient of
 * `@iresnet/backend`.
 */
export const wasm = ['wasm', 'accelerated wasm'] as const;
type Wasm = (typeof wasm)[number];

/** Whether a name is one of {@link wasm}. */
export const isWasm = (name: string): name is Wasm => (wasm as readonly string[]).includes(name);

/** Gives back what `useBackend` has replaced. */
let restore: (() => void) | undefined;

/** Make one form of wasm current, whichever was current before. */
export async function startWasm(name: Wasm): Promise<void> {
  if (name === 'wasm') {
    restore?.();
    await setBackend('wasm');
  } else {
    restore ??= remember();
    await useBackend('wasm');
  }
}

function remember(): () => void {
  const kernels = getKernelsForBackend('wasm');
  const gradient = getGradient('Conv2D');
  return () => {
    for (const { kernelName } of getKernelsForBackend('wasm')) unregisterKernel(kernelName, 'wasm');
    for (const kernel of kernels) registerKernel(kernel);
    registerGradient(gradient);
  };
}

/** Register a suite on both forms of wasm. */
export function onWasm(suite: () => void): void {
  describe.each(wasm)('%s', (name) => {
    beforeAll(() => startWasm(name));
    suite();
  });
}
