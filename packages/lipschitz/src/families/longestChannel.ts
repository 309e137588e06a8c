import type { Tensor } from '@tensorflow/tfjs-core';
import type { Impulse } from './operatorFamily';

/**
 * The longest row or column of a matrix K `[in, out]`, or of the convolution with K `[kh, kw, in,
 * out]` among those of the middle pixel of an image `[h, w]`: taps that fall outside do not count.
 */
export function longestChannel(kernel: Tensor, [h, w]: readonly [number, number] = [1, 1]): Impulse {
  const [kh, kw, inputs, outputs] = [1, 1, ...kernel.shape].slice(-4) as [number, number, number, number];
  const rows = tapsInside(kh, h);
  const columns = tapsInside(kw, w);
  const squares = { in: new Float64Array(inputs), out: new Float64Array(outputs) };
  const values = kernel.dataSync();
  let at = 0;
  // Plain loops: this runs for each weight after each step.
  for (let y = 0; y < kh; y++) {
    for (let x = 0; x < kw; x++) {
      const inside = { in: rows.in(y) && columns.in(x), out: rows.out(y) && columns.out(x) };
      for (let i = 0; i < inputs; i++) {
        let total = 0;
        for (let o = 0; o < outputs; o++) {
          const square = values[at]! * values[at++]!;
          total += square;
          if (inside.out) squares.out[o]! += square;
        }
        if (inside.in) squares.in[i]! += total;
      }
    }
  }
  const middle = (h >> 1) * w + (w >> 1);
  const longest = (side: 'in' | 'out'): Impulse => {
    const channels = squares[side];
    const square = channels.reduce((a, b) => Math.max(a, b), 0);
    return { side, length: Math.sqrt(square), index: middle * channels.length + channels.indexOf(square) };
  };
  const [input, output] = [longest('in'), longest('out')];
  return output.length > input.length ? output : input;
}

/** Which of n taps take the middle one of `size` pixels to a pixel, and from one. */
function tapsInside(n: number, size: number): { in(tap: number): boolean; out(tap: number): boolean } {
  const middle = size >> 1;
  const inside = (pixel: number): boolean => pixel >= 0 && pixel < size;
  const reach = (n - 1) / 2;
  return { in: (tap) => inside(middle - (tap - reach)), out: (tap) => inside(middle + (tap - reach)) };
}
