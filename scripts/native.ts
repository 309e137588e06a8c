import { setBackend } from '@tensorflow/tfjs';
import { beforeAll, describe } from 'vitest';
import { findNative, useBackend } from '../packages/backend/src/index.ts';
import { isWasm, startWasm } from './wasm.ts';

/**
 * Whether `install-native` has built the native library here. Its tests are skipped where it has
 * not.
 */
export const installed = findNative().length > 0;
if (!installed) {
  console.warn('skipped on the native backend: it is not installed (npx @iresnet/backend install-native)');
}

/** Its name where it is installed, for `describe.each(['cpu', ...wasm, ...native])`. */
export const native = installed ? (['tensorflow'] as const) : [];

/** Make a backend current. Native takes one thread, since test files run side by side. */
export async function startBackend(name: string): Promise<void> {
  if (name === 'tensorflow') await useBackend(name, { threads: 1 });
  else if (isWasm(name)) await startWasm(name);
  else await setBackend(name);
}

/**
 * Register a suite on the native backend, skipped where it is not installed. An installed one that
 * fails to start fails.
 */
export function onNative(suite: () => void): void {
  describe.skipIf(!installed)('tensorflow', () => {
    beforeAll(() => startBackend('tensorflow'));
    suite();
  });
}
