import { describe, expect, test } from 'vitest';
import { bounds, interrupted, reloaded, sines } from '../src/webgl';
import { usePages } from './harness/page';

const inPage = usePages();

test('sine and cosine are right to a few units in the last place', async () => {
  const found = await inPage('webgl', sines, { ranges: [Math.PI, 100, 12_800], steps: 40_000 });
  expect(found).toHaveLength(6);
  // One for the reduced argument, one for the polynomial, and half a unit for each last operation.
  for (const { ulp, ...where } of found) expect(ulp, JSON.stringify(where)).toBeLessThan(4);
});

test('a model that is loaded is the saved one to the last bit', async () => {
  const { before, after } = await inPage('webgl', reloaded, undefined);
  expect(before.every(Number.isFinite)).toBe(true);
  expect(after).toEqual(before);
});

describe('when the context is lost', () => {
  test('no bound is given and no file made, and the backend is refused', async () => {
    const { numbers, after, again } = await inPage('webgl', bounds, undefined);
    for (const bound of numbers) expect(bound).toBeGreaterThan(0);
    for (const [name, found] of Object.entries(after))
      expect([name, found]).toEqual([name, expect.stringMatching(/^device /)]);
    expect(again).toMatch(/expected backend webgl to start, got .*device/);
  });

  test.each([1, 10])('fit ends with an error; it reads every %i steps', async (logEvery) => {
    expect(await inPage('webgl', interrupted, { by: 'loss', logEvery })).toMatch(
      /^device training\.fit: expected/,
    );
  });
});

test('fit looks at its signal while it waits for a reading', async () => {
  const told = await inPage('webgl', interrupted, { by: 'signal', logEvery: 1 });
  expect(JSON.parse(told)).toEqual({ stopReason: 'aborted', step: 2 });
});
