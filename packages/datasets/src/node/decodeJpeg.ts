import { decode } from 'jpeg-js';
import { checkJpeg } from '../files/jpeg';
import { upright, type Picture } from '../image/picture';
import { damaged } from './damaged';

/** Memory that the decoder may take, in MiB. The largest picture takes some 450. */
const MEMORY = 768;

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
  const pixels = channels === 1 ? data.filter((_, i) => i % 3 === 0) : data;
  return upright({ shape: [height, width, channels], data: pixels }, orientation);
}
