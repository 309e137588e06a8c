import { expect, test } from 'vitest';
import { trained } from '../src/training';
import { usePages } from './harness/page';

const inPage = usePages();

test.each([
  // Wasm finds σ to 1e-3, the device in two steps; four layers are at their bound or come to it.
  { name: 'table', tolerance: 4e-3 },
  // Roundings: here σ is the same to them, since the next singular value is far below.
  { name: 'images', tolerance: 2e-5 },
] as const)(
  'a density of $name trains on WebGL as on wasm, and waits for no reading after its first step',
  async ({ name, tolerance }) => {
    const steps = 4;
    const webgl = await inPage('training', trained, { backend: 'webgl', name, steps });
    const wasm = await inPage('training', trained, { backend: 'wasm', name, steps });
    expect(webgl.readings).toHaveLength(steps);
    expect(webgl.readings.slice(1)).toEqual([0, 0, 0]);
    webgl.losses.forEach((loss, i) => {
      expect(Math.abs(loss - wasm.losses[i]!)).toBeLessThan(tolerance);
    });
    expect(new Set(wasm.losses).size).toBe(steps);
    // What reads back as it goes on does so as ever.
    expect(webgl.readingsAfter).toBeGreaterThan(0);
    expect(webgl.invertible).toBe(true);
    // Some roundings of values up to 4, times the slope of the inverse.
    expect(webgl.inverseError).toBeLessThan(1e-5);
  },
);
