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
export interface SheetImageOptions {
  readonly columns: number;
  /** Pixels of the page that a picture is about wide: a whole multiple of its own. */
  readonly size: number;
  /** What is on it, for who cannot see it. */
  readonly alt: string;
}

/** Pixels of a sheet that a picture is at least wide: a gap of one pixel is thin beside it. */
const FINE = 40;

/** A contact sheet as an image of a page, never wider than the page. */
export function sheetImage(pictures: Pictures, { columns, size, alt }: SheetImageOptions): Html {
  const { scale, zoom } = magnification(size, pictures);
  const raster = layOut(pictures, { columns, scale });
  const bytes = Buffer.from(encode({ ...raster, depth: 8 })).toString('base64');
  return html`<img
    class="pixels"
    width="${raster.width * zoom}"
    height="${raster.height * zoom}"
    alt="${alt}"
    src="data:image/png;base64,${bytes}"
  />`;
}

/** Pixels of the page that a picture of {@link sheetImage} is wide. */
export function pictureWidth(size: number, pictures: Pictures): number {
  const { scale, zoom } = magnification(size, pictures);
  return pictures.shape[1] * scale * zoom;
}

/** How much a picture is magnified in the file, and how much by the page: the second costs no bytes. */
function magnification(size: number, { shape }: Pictures): { readonly scale: number; readonly zoom: number } {
  const scale = shape[1] > FINE / 2 ? 1 : Math.ceil(FINE / shape[1]);
  return { scale, zoom: Math.max(1, Math.round(size / (shape[1] * scale))) };
}

/** A zoom at which a picture of a contact sheet is about `size` pixels wide. */
export function zoomTo(size: number, { shape }: Pictures): number {
  return Math.max(1, Math.round(size / shape[1]));
}
