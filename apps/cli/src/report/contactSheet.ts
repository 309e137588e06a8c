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

const GAP_GREY = 128;

/** Pictures side by side as one image, row by row from the upper left. */
export function layOut(
  { count, shape: [h, w, c], values }: Pictures,
  { columns, scale = 1, gap = 1 }: SheetOptions,
): { readonly width: number; readonly height: number; readonly channels: number; readonly data: Uint8Array } {
  const across = Math.max(1, Math.min(columns, count));
  const rows = Math.max(1, Math.ceil(count / across));
  const width = across * (w * scale + gap) - gap;
  const height = rows * (h * scale + gap) - gap;
  const data = new Uint8Array(width * height * c).fill(GAP_GREY);
  for (let i = 0; i < count; i++) {
    const left = (i % across) * (w * scale + gap);
    const top = Math.floor(i / across) * (h * scale + gap);
    for (let y = 0; y < h * scale; y++) {
      for (let x = 0; x < w * scale; x++) {
        const from = ((i * h + Math.floor(y / scale)) * w + Math.floor(x / scale)) * c;
        data.set(values.subarray(from, from + c), ((top + y) * width + left + x) * c);
      }
    }
  }
  return { width, height, channels: c, data };
}

/** A contact sheet as the bytes of a PNG file. */
export function contactSheet(pictures: Pictures, options: SheetOptions): Uint8Array {
  return encode({ ...layOut(pictures, options), depth: 8 });
}

/** A contact sheet as an image of a page, at its own size times `zoom` and never wider than the page. */
export function sheetImage(pictures: Pictures, options: SheetOptions & { zoom: number; alt: string }): Html {
  const { width, height } = layOut(pictures, options);
  const bytes = Buffer.from(contactSheet(pictures, options)).toString('base64');
  return html`<img
    class="pixels"
    width="${width * options.zoom}"
    height="${height * options.zoom}"
    alt="${options.alt}"
    src="data:image/png;base64,${bytes}"
  />`;
}

/** A zoom at which a picture of a contact sheet is about `size` pixels wide. */
export function zoomTo(size: number, { shape }: Pictures): number {
  return Math.max(1, Math.round(size / shape[1]));
}
