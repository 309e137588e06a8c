import { describe, expect, test } from 'vitest';
import { laws } from '../src/laws';
import { usePages } from './harness/page';

const inPage = usePages();

describe.each(['wasm', 'cpu', 'webgl'] as const)('%s', (backend) => {
  test('every law holds in a page', async () => {
    const found = await inPage('laws', laws, { backend, wasmPaths: '/wasm/' });
    for (const { error, tolerance } of found) expect(error).toBeLessThanOrEqual(tolerance);
    expect(found.length).toBeGreaterThan(60);
  });
});
