import type { ImageReportData } from '../../../image/reportData';
import { sheetImage, zoomTo } from '../../contactSheet';
import { formatNumber } from '../../format';
import { html, type Html } from '../../html';

/** Held-out pictures that the model finds improbable. */
export function unusualImages({ unusual }: ImageReportData): Html | undefined {
  if (!unusual || unusual.pictures.count === 0) return undefined;
  const { pictures, bitsPerDim } = unusual;
  return html`<section>
    <h2>Unusual pictures</h2>
    <p>
      The held-out pictures of least density, the least first: they cost ${formatNumber(bitsPerDim[0]!, 3)} to
      ${formatNumber(bitsPerDim.at(-1)!, 3)} bits a value.
    </p>
    <figure>
      ${sheetImage(pictures, { columns: 10, zoom: zoomTo(56, pictures), alt: 'pictures of low density' })}
    </figure>
  </section>`;
}
