import { html, type Content, type Html } from './html';
import type { Pictures } from './pictures';
import { pictureWidth, sheetImage } from './sheetImage';

/** Pictures, one below the other, with a caption of their own. */
export interface Exhibit {
  readonly pictures: Pictures;
  readonly caption: Content;
  /** A text for people who cannot see the pictures. */
  readonly alt: string;
}

/** Width of a picture on the page, in pixels. */
const SIZE = 80;

/** Exhibits side by side, as many in a row as there is room for. */
export function gallery(exhibits: readonly Exhibit[]): Html {
  return html`<div class="gallery">
    ${exhibits.map(
      ({ pictures, caption, alt }) =>
        html`<figure style="width: ${Math.max(SIZE, pictureWidth(SIZE, pictures))}px">
          ${sheetImage(pictures, { columns: 1, size: SIZE, alt })}
          <figcaption>${caption}</figcaption>
        </figure>`,
    )}
  </div>`;
}
