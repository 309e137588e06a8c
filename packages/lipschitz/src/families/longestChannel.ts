import type { Tensor } from '@tensorflow/tfjs-core';
import type { Impulse } from './operatorFamily';

/**
 * The longest row or column of a matrix K `[in, out]`, or of the convolution with K `[kh, kw, in,
 * out]` among those of the middle pixel of an image `[h, w]`: taps that fall outside do not count.
 */
export function longestChannel(kernel: Tensor, [h, w]: readonly [number, number] = [1, 1]): Impulse {
  const [kh, kw, inputs, outputs] = [1, 1, ...kernel.shape].slice(-4) as [number, number, number, number];
  const values = kernel.dataSync<'float32'>();
  const squares = { in: new Float64Array(inputs), out: new Float64Array(outputs) };
  // Plain loops: this runs for each weight after each step.
  for (let y = 0, at = 0; y < kh; y++) {
    const row = tapInside(y, kh, h);
    for (let x = 0; x < kw; x++) {
      const column = tapInside(x, kw, w);
      const [isIn, isOut] = [row.in && column.in, row.out && column.out];
      for (let i = 0; i < inputs; i++) {
        let total = 0;
        for (let o = 0; o < outputs; o++) {
          const square = values[at]! * values[at++]!;
          total += square;
          if (isOut) squares.out[o]! += square;
        }
        if (isIn) squares.in[i]! += total;
      }
    }
  }
  const middle = (h >> 1) * w + (w >> 1);
  const longest = (side: 'in' | 'out'): Impulse => {
    const channels = squares[side];
    let at = 0;
    for (let i = 1; i < channels.length; i++) if (channels[i]! > channels[at]!) at = i;
    return { side, length: Math.sqrt(channels[at]!), index: middle * channels.length + at };
  };
  const [input, output] = [longest('in'), longest('out')];
  return output.length > input.length ? output : input;
}

/** Whether one of n taps takes the middle one of `size` pixels to a pixel, and from one. */
function tapInside(tap: number, n: number, size: number): { readonly in: boolean; readonly out: boolean } {
  const middle = size >> 1;
  const inside = (pixel: number): boolean => pixel >= 0 && pixel < size;
  const reach = (n - 1) / 2;
  return { in: inside(middle - (tap - reach)), out: inside(middle + (tap - reach)) };
}
