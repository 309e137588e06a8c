import type { ImageClassification, ImageReportData } from '../../../image/reportData';
import { sheetImage, zoomTo } from '../../contactSheet';
import { count, formatWithError } from '../../format';
import { html, type Html } from '../../html';

/** What was taken for what, and the worst mistakes. */
export function confusion({ classification, classes, images }: ImageReportData): Html | undefined {
  if (!classification) return undefined;
  const { accuracy, standardError, mistakes } = classification;
  return html`<section>
    <h2>Classes</h2>
    <p>
      ${formatWithError(100 * accuracy, 100 * standardError)} % of
      ${count(images.heldOut, 'held-out picture')} are classified right. Rows are the true classes, columns
      what the model said; the shade is the share of the row.
    </p>
    <div class="scroll">${matrix(classification, classes)}</div>
    ${mistakes && mistakesOf(mistakes)}
  </section>`;
}

function matrix({ confusion: counts }: ImageClassification, classes: readonly string[]): Html {
  return html`<table class="confusion">
    <thead>
      <tr>
        <th scope="col">true \\ said</th>
        ${classes.map((name) => html`<th scope="col" class="number">${name}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${counts.map((row, i) => {
        const total = Math.max(
          1,
          row.reduce((sum, n) => sum + n, 0),
        );
        return html`<tr>
          <th scope="row">${classes[i]}</th>
          ${row.map((n, j) => {
            const colour = i === j ? '--model' : '--alarm';
            const shade = Math.round(100 * Math.sqrt(n / total) * 0.7);
            const style = n > 0 && `background: color-mix(in srgb, var(${colour}) ${shade}%, transparent)`;
            return html`<td class="number" style="${style}">${n}</td>`;
          })}
        </tr>`;
      })}
    </tbody>
  </table>`;
}

function mistakesOf({
  pictures,
  truth,
  predicted,
  probability,
}: NonNullable<ImageClassification['mistakes']>): Html {
  const [h, w, c] = pictures.shape;
  const size = h * w * c;
  return html`<h3>Mistakes, the most confident first</h3>
    <div class="gallery">
      ${truth.map((name, i) => {
        const one = {
          count: 1,
          shape: pictures.shape,
          values: pictures.values.subarray(i * size, (i + 1) * size),
        };
        return html`<figure>
          ${sheetImage(one, { columns: 1, zoom: zoomTo(64, one), alt: `a ${name}` })}
          <figcaption>
            ${name}, said <b>${predicted[i]}</b> (${Math.round(100 * probability[i]!)} %)
          </figcaption>
        </figure>`;
      })}
    </div>`;
}
