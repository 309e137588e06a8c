import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { beforeAll, describe } from 'vitest';

/** Register a suite once for each backend. */
export function onEachBackend(suite: () => void): void {
  describe.each(['cpu', 'wasm'])('%s', (backend) => {
    beforeAll(async () => {
      await tf.setBackend(backend);
    });
    suite();
  });
}
