import { gallery } from '../../gallery';
import { html, type Html } from '../../html';
import type { ImageReportData } from '../../imageData';
import { pictureAt } from '../../pictures';
import { formatPercent } from './words';

/** Images that were classified wrong with the most confidence. */
export function mistakes({ classification }: ImageReportData): Html | undefined {
  const shown = classification?.mistakes;
  if (!shown?.pictures.count) return undefined;
  const { pictures, truth, predicted, probability } = shown;
  return html`<section>
    <h2>Mistakes</h2>
    <p>
      Held-out images that the model classified wrong, the most confident first. Below each: the true class →
      the answer, and the probability that the model gave to it.
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
