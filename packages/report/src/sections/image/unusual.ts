import { formatNumber } from '../../format';
import { gallery } from '../../gallery';
import { html, type Html } from '../../html';
import type { ImageReportData } from '../../imageData';
import { pictureAt } from '../../pictures';

/** Held-out images that the model finds improbable. */
export function unusualImages({ unusual, bitsPerDim: mean }: ImageReportData): Html | undefined {
  if (!unusual?.pictures.count) return undefined;
  const { pictures, bitsPerDim } = unusual;
  return html`<section>
    <h2>The most unusual images</h2>
    <p>
      The held-out images that the model finds least probable, the strangest first, with their
      bits/dim${mean && ` (the mean is ${formatNumber(mean.value, 3)})`}. They can be rare forms, errors in
      the data, or places where the model is wrong.
    </p>
    ${gallery(
      bitsPerDim.map((bits, i) => ({
        pictures: pictureAt(pictures, i),
        caption: formatNumber(bits, 3),
        alt: `held-out image of ${formatNumber(bits, 3)} bits/dim`,
      })),
    )}
  </section>`;
}
