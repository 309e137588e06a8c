import type { Tensor } from '@tensorflow/tfjs-core';
import type { Impulse } from './operatorFamily';

/** Whether a tap of a kernel takes the pixel that is looked at to another one, and from one. */
export interface Tap {
  readonly in: boolean;
  readonly out: boolean;
}

/**
 * The longest row or column of a matrix K `[in, out]`; or of an operator with a kernel `[taps, in,
 * out]`, among those of one pixel: taps that fall outside do not count.
 */
export function longestChannel(
  kernel: Tensor,
  taps: readonly Tap[] = [{ in: true, out: true }],
  pixel = 0,
): Impulse {
  const [inputs, outputs] = kernel.shape.slice(-2) as [number, number];
  const values = kernel.dataSync<'float32'>();
  const squares = { in: new Float64Array(inputs), out: new Float64Array(outputs) };
  let at = 0;
  // Plain loops: this runs for each weight after each step.
  for (const tap of taps) {
    for (let i = 0; i < inputs; i++) {
      let total = 0;
      for (let o = 0; o < outputs; o++) {
        const square = values[at]! * values[at++]!;
        total += square;
        if (tap.out) squares.out[o]! += square;
      }
      if (tap.in) squares.in[i]! += total;
    }
  }
  const longest = (side: 'in' | 'out'): Impulse => {
    const channels = squares[side];
    let at = 0;
    for (let i = 1; i < channels.length; i++) if (channels[i]! > channels[at]!) at = i;
    return { side, length: Math.sqrt(channels[at]!), index: pixel * channels.length + at };
  };
  const [input, output] = [longest('in'), longest('out')];
  return output.length > input.length ? output : input;
}
