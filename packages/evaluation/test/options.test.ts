import { expect, it } from 'vitest';
import { boundingBox, calibration, integrateDensity, kernelDensity } from '../src/index';
import { failure } from './failure';

const table = { columns: ['x'], rows: 3, values: Float64Array.of(1, 2, 4) };
const wrong = (name: string) => ({ [name]: 1 }) as never;

it.each<[string, string, () => unknown]>([
  // prettier-ignore
  ['boundingBox', "the options margin, got 'margn' (did you mean 'margin'?)", () => boundingBox([[1, 2]], 1, wrong('margn'))],
  // prettier-ignore
  ['integrateDensity', "the options side, got 'sides' (did you mean 'side'?)", () => integrateDensity((x) => x, [[0, 1]], wrong('sides'))],
  // prettier-ignore
  ['kernelDensity', "the options bandwidth, got 'h'", () => kernelDensity(table, wrong('h'))],
  // prettier-ignore
  ['calibration', "the options bins, got 'bin'", () => calibration([1, 0], [0], wrong('bin'))],
])('%s refuses an option that it does not know', (name, what, f) => {
  expect(failure('argument', f)).toContain(`evaluation.${name}: expected ${what}`);
});
