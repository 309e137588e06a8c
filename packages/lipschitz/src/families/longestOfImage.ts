import type { Tensor } from '@tensorflow/tfjs-core';
import { longestChannel, type Tap } from './longestChannel';
import type { Impulse } from './operatorFamily';

/**
 * The longest row or column of the convolution of images `[h, w]` with K `[kh, kw, in, out]`, among
 * those of the middle pixel.
 */
export function longestOfImage(kernel: Tensor, [h, w]: readonly [number, number]): Impulse {
  const [kh, kw] = kernel.shape as [number, number];
  const taps = Array.from({ length: kh * kw }, (_, tap) => {
    const row = tapInside(Math.floor(tap / kw), kh, h);
    const column = tapInside(tap % kw, kw, w);
    return { in: row.in && column.in, out: row.out && column.out };
  });
  return longestChannel(kernel, taps, (h >> 1) * w + (w >> 1));
}

/** One of n taps, at the middle one of `size` pixels. */
function tapInside(tap: number, n: number, size: number): Tap {
  const middle = size >> 1;
  const inside = (pixel: number): boolean => pixel >= 0 && pixel < size;
  const reach = (n - 1) / 2;
  return { in: inside(middle - (tap - reach)), out: inside(middle + (tap - reach)) };
}
