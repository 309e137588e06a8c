import '@iresnet/core/gradients';
import { enableProdMode } from '@tensorflow/tfjs-core';
import { useBackend, type BackendName, type BackendReport } from '@iresnet/backend';

/** Start a backend for a command. */
export async function startBackend(name: BackendName, threads = 1): Promise<BackendReport> {
  // Without it the plain JavaScript backend advertises the native one on stderr. It checks no less.
  enableProdMode();
  return useBackend(name, { threads });
}
