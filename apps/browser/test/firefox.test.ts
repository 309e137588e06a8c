import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { laws } from '../src/laws';
import { open } from '../src/open';
import { root } from './harness/bundle';
import { firefox, useFirefox } from './harness/firefox';

const saved = join(root, 'packages/pipeline/test/fixtures');
const models = { table: join(saved, 'table-v2'), digits: join(saved, 'images-v1') };

describe.skipIf(firefox === undefined)('Firefox', () => {
  const inFirefox = useFirefox(models);

  test.each(Object.entries(models))(
    'opens a model of %s, scores, draws and certifies as Node does',
    async (name, folder) => {
      const found = await inFirefox('open', open, { model: `/${name}`, backend: 'wasm', wasmPaths: '/wasm' });
      const expected = await open({ model: folder, backend: 'wasm' });
      expect(found.values).toEqual(expected.values);
      // Logarithms and sines of engines differ by 1e-16; see the tests of models.
      expect(found.bounds.length).toBe(expected.bounds.length);
      found.bounds.forEach((bound, i) => {
        const there = expected.bounds[i]!;
        if (bound !== there && bound !== null) expect(Math.abs(bound / there - 1)).toBeLessThan(1e-8);
      });
    },
  );

  test('keeps every law on wasm', async () => {
    const found = await inFirefox('laws', laws, { backend: 'wasm', wasmPaths: '/wasm/' });
    for (const { error, tolerance } of found) expect(error).toBeLessThanOrEqual(tolerance);
    expect(found.length).toBeGreaterThan(60);
  });
});
