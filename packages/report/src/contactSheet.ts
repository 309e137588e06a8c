import { checkPictures } from './check';
import type { Pictures } from './pictures';
import { pngBytes, type Raster } from './png';

/** Options of {@link contactSheet}. */
export interface ContactSheetOptions {
  /** Pictures in a row. */
  readonly columns: number;
  /** Pixels of the sheet along one side of a pixel of a picture; 1 by default. */
  readonly scale?: number;
  /** Pixels between pictures; 1 by default. */
  readonly gap?: number;
}

const GAP_GREY = 128;

/**
 * A contact sheet: pictures side by side as the bytes of a PNG file, grey or RGB as they are.
 *
 * Pictures stand row by row from the upper left. Gaps are mid-grey, and so are places without a
 * picture.
 *
 * @param pictures - At least one picture, of 1 or 3 channels.
 * @throws RangeError when the values do not fit the count and the shape.
 *
 * @example
 * ```ts
 * import { contactSheet } from '@iresnet/report';
 *
 * const ramp = Uint8Array.from({ length: 2 * 8 * 8 }, (_, i) => 2 * i); // two of 8 × 8 pixels
 * const png = contactSheet({ count: 2, shape: [8, 8, 1], values: ramp }, { columns: 2, scale: 4 });
 * console.log(png.length, png[1] === 0x50); // bytes of a file; the second is the P of PNG
 * ```
 */
export function contactSheet(pictures: Pictures, options: ContactSheetOptions): Uint8Array {
  checkPictures(pictures, 'contactSheet');
  return pngBytes(layOut(pictures, options));
}

/** Pictures side by side as one image, row by row from the upper left. */
export function layOut(
  { count, shape: [h, w, c], values }: Pictures,
  { columns, scale = 1, gap = 1 }: ContactSheetOptions,
): Raster {
  const across = Math.max(1, Math.min(columns, count));
  const rows = Math.max(1, Math.ceil(count / across));
  const width = across * (w * scale + gap) - gap;
  const height = rows * (h * scale + gap) - gap;
  const data = new Uint8Array(width * height * c).fill(GAP_GREY);
  for (let i = 0; i < count; i++) {
    const left = (i % across) * (w * scale + gap);
    const top = Math.floor(i / across) * (h * scale + gap);
    for (let y = 0; y < h; y++) {
      const start = ((top + y * scale) * width + left) * c;
      for (let x = 0; x < w * scale; x++) {
        const from = ((i * h + y) * w + Math.floor(x / scale)) * c;
        for (let k = 0; k < c; k++) data[start + x * c + k] = values[from + k]!;
      }
      // Every further line of a magnified pixel is a copy of the first.
      for (let line = 1; line < scale; line++)
        data.copyWithin(start + line * width * c, start, start + w * scale * c);
    }
  }
  return { width, height, channels: c, data };
}
