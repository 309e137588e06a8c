import { encode } from 'fast-png';
import type { Pictures } from '../image/reportData';
import { html, type Html } from './html';

/** How pictures are laid out. */
export interface SheetOptions {
  /** Pictures a row. */
  readonly columns: number;
  /** Pixels along one side of a pixel of the pictures. */
  readonly scale?: number;
  /** Pixels between pictures, mid-grey. */
  readonly gap?: number;
}

/** What `fast-png` encodes. */
interface Raster {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Uint8Array;
}

const GAP_GREY = 128;

/** Pictures side by side as one image, row by row from the upper left. */
function layOut(
  { count, shape: [h, w, c], values }: Pictures,
  { columns, scale = 1, gap = 1 }: SheetOptions,
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
      // Every further line of a magnified pixel is the first again.
      for (let line = 1; line < scale; line++)
        data.copyWithin(start + line * width * c, start, start + w * scale * c);
    }
  }
  return { width, height, channels: c, data };
}

/**
 * A contact sheet as the bytes of a PNG file, grey for one channel and RGB for three.
 *
 * Pictures stand row by row from the upper left; a place without one is mid-grey, as are the gaps.
 */
export function contactSheet(pictures: Pictures, options: SheetOptions): Uint8Array {
  return encode({ ...layOut(pictures, options), depth: 8 });
}

/** How a contact sheet stands on a page. */
export interface SheetImageOptions extends SheetOptions {
  /** Pixels of the page along one side of a pixel of the sheet. */
  readonly zoom: number;
  /** What is on it, for who cannot see it. */
  readonly alt: string;
}

/** A contact sheet as an image of a page, never wider than the page. */
export function sheetImage(pictures: Pictures, { zoom, alt, ...options }: SheetImageOptions): Html {
  const raster = layOut(pictures, options);
  const bytes = Buffer.from(encode({ ...raster, depth: 8 })).toString('base64');
  return html`<img
    class="pixels"
    width="${raster.width * zoom}"
    height="${raster.height * zoom}"
    alt="${alt}"
    src="data:image/png;base64,${bytes}"
  />`;
}

/** A zoom at which a picture of a contact sheet is about `size` pixels wide. */
export function zoomTo(size: number, { shape }: Pictures): number {
  return Math.max(1, Math.round(size / shape[1]));
}
