import type { Pictures } from '../image/reportData';
import { pictureWidth, sheetImage } from './contactSheet';
import { html, type Content, type Html } from './html';

/** Pictures with a line of their own below them. */
export interface Exhibit {
  /** One below the other. */
  readonly pictures: Pictures;
  readonly caption: Content;
  /** What they show, for who cannot see it. */
  readonly alt: string;
}

/** Pixels of the page that a picture is about wide. */
const SIZE = 80;

/** Exhibits side by side, as many as there is room for. */
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

/** One of several pictures. */
export function pictureAt({ shape, values }: Pictures, i: number): Pictures {
  const size = shape[0] * shape[1] * shape[2];
  return { count: 1, shape, values: values.subarray(i * size, (i + 1) * size) };
}

/** Lists of pictures of one shape, one after another. */
export function joined([first, ...rest]: readonly [Pictures, ...Pictures[]]): Pictures {
  const all = [first, ...rest];
  return {
    count: all.reduce((sum, { count }) => sum + count, 0),
    shape: first.shape,
    values: Uint8Array.from(all.flatMap(({ values }) => Array.from(values))),
  };
}
