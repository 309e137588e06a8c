import { expect, test } from 'vitest';
import type { ListedBackend } from '@iresnet/backend';
import { iresnet } from './command';

test('iresnet backends measures what starts and says why the rest does not', async () => {
  const { code, stdout } = await iresnet('backends', '--seconds', '0.01', '--json', '-q');
  expect(code).toBe(0);
  const listed = JSON.parse(stdout) as ListedBackend[];
  expect(listed.map(({ name }) => name)).toEqual(['tensorflow', 'wasm', 'cpu']);
  for (const backend of listed) {
    if (backend.started) {
      expect(backend.rates.conv2d).toBeGreaterThan(0);
      expect(backend.rates.matMul).toBeGreaterThan(0);
    } else {
      expect(backend.name).toBe('tensorflow'); // the others ship with the program
      expect(backend.error).toContain('install-native');
    }
  }
});
