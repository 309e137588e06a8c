import { expect, test } from 'vitest';
import { gaussLegendre } from '../src/gaussLegendre';

test('two nodes are (1 ± 1/√3)/2 with weight 1/2', () => {
  const { nodes, weights } = gaussLegendre(2);
  expect([...nodes].sort()).toEqual([
    expect.closeTo((1 - 1 / Math.sqrt(3)) / 2, 14),
    expect.closeTo((1 + 1 / Math.sqrt(3)) / 2, 14),
  ]);
  expect([...weights]).toEqual([expect.closeTo(0.5, 14), expect.closeTo(0.5, 14)]);
});

test.each([1, 3, 20])('%i nodes integrate polynomials of degree 2n − 1 exactly', (n) => {
  const { nodes, weights } = gaussLegendre(n);
  for (let degree = 0; degree < 2 * n; degree++) {
    const sum = nodes.reduce((total, x, i) => total + weights[i]! * x ** degree, 0);
    expect(sum).toBeCloseTo(1 / (degree + 1), 13); // float64 rounding of n terms
  }
});
