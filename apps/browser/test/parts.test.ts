import { expect, test } from 'vitest';
import { someParts } from '../../../packages/model/test/someParts';
import { parts } from './programs/parts';
import { usePages } from './harness/page';

const inPage = usePages();

/** All parts of the tables of the laws take minutes without a GPU: `BROWSER_WEBGL=1` adds them. */
const names = process.env['BROWSER_WEBGL'] ? '' : someParts;

test('WebGL gives the values, products, log-determinants and gradients of wasm', async () => {
  const compared = await inPage('parts', parts, { names });
  expect(compared.length).toBeGreaterThan(10);
  for (const { name, errors, refused } of compared) {
    expect(refused, name).toBeUndefined();
    // Roundings of float32: seen 1e-5, and 1e-4 in gradients of 12 values, whose determinant the
    // device eliminates without pivots.
    for (const [what, error] of Object.entries(errors!))
      expect(error ?? NaN, `${name}, ${what}`).toBeLessThan(3e-4);
  }
}, 1_800_000);
