import { count } from '../../format';
import { html, type Html } from '../../html';
import type { ImageReportData } from '../../imageData';
import { sheetImage } from '../../sheetImage';

/** Paths through the latent space. */
export function interpolations({ interpolations: data }: ImageReportData): Html | undefined {
  if (!data?.rows.count) return undefined;
  const paths = Math.ceil(data.rows.count / data.steps);
  return html`<section>
    <h2>From one image to another</h2>
    <p>
      Each row is a path through the latent space. Its two ends are held-out images. The inverse makes the
      images between them.
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
