import type { ImageReportData } from '../../../image/reportData';
import { sheetImage } from '../../contactSheet';
import { count } from '../../format';
import { html, type Html } from '../../html';

/** Paths through the latent space. */
export function interpolations({ interpolations: data }: ImageReportData): Html | undefined {
  if (!data?.rows.count) return undefined;
  const paths = Math.ceil(data.rows.count / data.steps);
  return html`<section>
    <h2>From one image to another</h2>
    <p>
      Each row is a path through the latent space. Its two ends are held-out images; what lies between them is
      made by the inverse.
    </p>
    <figure>
      ${sheetImage(data.rows, {
        columns: data.steps,
        size: 60,
        alt: `${count(paths, 'path')} of ${count(data.steps, 'image')} each`,
      })}
    </figure>
  </section>`;
}
