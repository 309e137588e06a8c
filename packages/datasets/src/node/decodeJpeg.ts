import { decode } from 'jpeg-js';
import { checkJpeg } from '../files/jpeg';
import { upright, type Picture } from '../image/picture';
import { damaged } from './damaged';

/** Memory that the decoder may take, in MiB. The largest picture takes some 225. */
const MEMORY = 384;

/** The pixels of a JPEG file: grey or RGB, turned upright. */
export function decodeJpeg(bytes: Uint8Array, where: string): Picture {
  const { channels, isRgb, orientation, length } = checkJpeg(bytes, { file: where });
  const { width, height, data } = damaged(where, () =>
    decode(bytes.subarray(0, length), {
      useTArray: true,
      formatAsRGBA: false,
      tolerantDecoding: false,
      colorTransform: !isRgb,
      maxMemoryUsageInMB: MEMORY,
    }),
  );
  const pixels = channels === 1 ? everyThird(data) : data;
  return upright({ shape: [height, width, channels], data: pixels }, orientation);
}

/** Red of each pixel: grey has three equal values. */
function everyThird(data: Uint8Array): Uint8Array {
  const values = new Uint8Array(data.length / 3);
  for (let i = 0; i < values.length; i++) values[i] = data[3 * i]!;
  return values;
}
