import { encode } from 'fast-png';
import { viridis } from './viridis';

/**
 * A PNG as a data URI, of width × height values in [0, 1] through viridis.
 *
 * @param shade - Row by row from the bottom, as a plot counts; a PNG counts from the top.
 */
export function shadedImage(shade: ArrayLike<number>, width: number, height: number): string {
  const data = new Uint8Array(3 * width * height);
  for (let j = 0; j < height; j++) {
    for (let i = 0; i < width; i++) {
      data.set(viridis(shade[(height - 1 - j) * width + i]!), 3 * (j * width + i));
    }
  }
  const png = encode({ width, height, data, channels: 3, depth: 8 });
  return `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
}
