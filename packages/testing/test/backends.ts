import { beforeAll, describe } from 'vitest';
import { native, startBackend } from '../../../scripts/native';
import { wasm } from '../../../scripts/wasm';

/** Register a suite once for each backend. */
export function onEachBackend(suite: () => void): void {
  describe.each(['cpu', ...wasm, ...native])('%s', (backend) => {
    beforeAll(() => startBackend(backend));
    suite();
  });
}
