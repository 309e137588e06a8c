import * as Plot from '@observablehq/plot';
import { pngUri } from './png';

/**
 * The 256 colours of viridis (Smith and van der Walt, 2015), as red, green and blue.
 *
 * Equal steps of the value look equally far apart, also in grey and to people who are colour-blind.
 */
const VIRIDIS = /* @__PURE__ */ ((): Uint8Array => {
  const { apply } = Plot.scale({ color: { scheme: 'viridis', domain: [0, 255] } });
  const colours = Array.from({ length: 256 }, (_, i) => Number.parseInt(String(apply(i)).slice(1), 16));
  return Uint8Array.from(colours.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
})();

/**
 * A PNG as a data URI: width × height values in [0, 1], coloured by viridis.
 *
 * A value outside the interval has the colour of the nearer end.
 *
 * @param shade - Row by row from the bottom, as a plot counts. A PNG counts from the top.
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
  return pngUri({ width, height, channels: 3, data });
}
