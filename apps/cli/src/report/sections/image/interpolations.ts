import type { ImageReportData } from '../../../image/reportData';
import { sheetImage, zoomTo } from '../../contactSheet';
import { html, type Html } from '../../html';

/** Paths through the latent space. */
export function interpolations({ interpolations: data }: ImageReportData): Html | undefined {
  if (!data || data.rows.count === 0) return undefined;
  return html`<section>
    <h2>Between two pictures</h2>
    <p>
      Each row is a straight line in the latent space: both ends are held-out pictures, what lies between them
      exists only in the model.
    </p>
    <figure>
      ${sheetImage(data.rows, { columns: data.steps, zoom: zoomTo(56, data.rows), alt: 'interpolations' })}
    </figure>
  </section>`;
}
