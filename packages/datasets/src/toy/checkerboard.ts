import type { Rng } from '@iresnet/core';
import type { ToyDefinition } from './toyDefinition';

/**
 * Uniform in [0, 1) with 24 bits: every coordinate below is then a float32, and rounding moves no
 * point out of its square.
 */
function uniform24(rng: Rng): number {
  return (rng.nextUint32() >>> 8) / 2 ** 24;
}

/**
 * Uniform on the eight squares [2i, 2i+2) × [2j, 2j+2) with i, j ∈ {−2, −1, 0, 1} and i + j even: p
 * = 1/32 on them, 0 elsewhere.
 */
export const checkerboard: ToyDefinition = {
  title: 'eight squares of a checkerboard',
  halfWidth: 4,
  scale: 1,
  draw(rng) {
    const i = rng.nextInt(4) - 2;
    // j runs over the two values of i's parity.
    const j = 2 * rng.nextInt(2) - 2 + (i & 1);
    return [2 * (i + uniform24(rng)), 2 * (j + uniform24(rng))];
  },
  logDensityAt(x, y) {
    const i = Math.floor(x / 2);
    const j = Math.floor(y / 2);
    const inside = Math.abs(i + 0.5) < 2 && Math.abs(j + 0.5) < 2 && (i + j) % 2 === 0;
    return inside ? -Math.log(32) : -Infinity;
  },
};
