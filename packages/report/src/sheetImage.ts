import { layOut } from './contactSheet';
import { html, type Html } from './html';
import type { Pictures } from './pictures';
import { pngUri } from './png';

/** Options of {@link sheetImage}. */
export interface SheetImageOptions {
  /** Pictures in a row. */
  readonly columns: number;
  /**
   * Width of a picture on the page, in pixels. It is rounded to a whole multiple of the picture's
   * own width.
   */
  readonly size: number;
  /** A text for people who cannot see the image. */
  readonly alt: string;
}

/** Least width of a picture in the file, in pixels: beside it, a gap of one pixel is thin. */
const FINE = 40;

/** A contact sheet as an image of a page. It is never wider than the page. */
export function sheetImage(pictures: Pictures, { columns, size, alt }: SheetImageOptions): Html {
  const { scale, zoom } = magnification(size, pictures);
  const raster = layOut(pictures, { columns, scale });
  return html`<img
    class="pixels"
    width="${raster.width * zoom}"
    height="${raster.height * zoom}"
    alt="${alt}"
    src="${pngUri(raster)}"
  />`;
}

/** Width of a picture of {@link sheetImage} on the page, in pixels. */
export function pictureWidth(size: number, pictures: Pictures): number {
  const { scale, zoom } = magnification(size, pictures);
  return pictures.shape[1] * scale * zoom;
}

/** A picture is magnified twice: in the file, and then by the page, which costs no bytes. */
function magnification(size: number, { shape }: Pictures): { readonly scale: number; readonly zoom: number } {
  const scale = shape[1] > FINE / 2 ? 1 : Math.ceil(FINE / shape[1]);
  return { scale, zoom: Math.max(1, Math.round(size / (shape[1] * scale))) };
}
