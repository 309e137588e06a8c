import * as Plot from '@observablehq/plot';
import { encode } from 'fast-png';

/**
 * The 256 colours of viridis (Smith and van der Walt, 2015), red, green and blue: equal steps of the value look equally far apart, in
 * grey and to the colour-blind as well.
 */
const VIRIDIS = ((): Uint8Array => {
  const { apply } = Plot.scale({ color: { scheme: 'viridis', domain: [0, 255] } });
  const colours = Array.from({ length: 256 }, (_, i) => Number.parseInt(String(apply(i)).slice(1), 16));
  return Uint8Array.from(colours.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
})();

/**
 * A PNG as a data URI, of width × height values in [0, 1] through viridis. A value outside has the colour of the nearer end.
 *
 * @param shade - Row by row from the bottom, as a plot counts; a PNG counts from the top.
 */
export function shadedImage(shade: ArrayLike<number>, width: number, height: number): string {
  const data = new Uint8Array(3 * width * height);
  for (let j = 0; j < height; j++) {
    for (let i = 0; i < width; i++) {
      const value = shade[(height - 1 - j) * width + i]!;
      const colour = Math.round(255 * Math.min(Math.max(value, 0), 1));
      data.set(VIRIDIS.subarray(3 * colour, 3 * colour + 3), 3 * (j * width + i));
    }
  }
  const png = encode({ width, height, data, channels: 3, depth: 8 });
  return `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
}
