import type { ImageReportData } from '../../../image/reportData';
import { gallery, pictureAt } from '../../gallery';
import { html, type Html } from '../../html';
import { formatPercent } from './words';

/** The worst mistakes. */
export function mistakes({ classification }: ImageReportData): Html | undefined {
  const shown = classification?.mistakes;
  if (!shown?.pictures.count) return undefined;
  const { pictures, truth, predicted, probability } = shown;
  return html`<section>
    <h2>Mistakes</h2>
    <p>
      Held-out images that it classified wrong, the most confident first: the true class, what it said
      instead, and the probability that it gave to its answer.
    </p>
    ${gallery(
      truth.map((name, i) => ({
        pictures: pictureAt(pictures, i),
        caption: html`<b>${name} → ${predicted[i]}</b><br />${formatPercent(probability[i]!)}`,
        alt: `${name}, taken for ${predicted[i]}`,
      })),
    )}
  </section>`;
}
