import { count, formatNumber } from '../../format';
import { html, type Html } from '../../html';
import type { ImageReportData } from '../../imageData';
import { sheetImage } from '../../sheetImage';

/** Images that the model drew, beside real ones. */
export function imageSamples({ samples, classes }: ImageReportData): Html | undefined {
  if (!samples?.drawn.count) return undefined;
  const { drawn, real, temperature, perClass } = samples;
  const options = { columns: perClass ?? Math.ceil(Math.sqrt(drawn.count)), size: 50 };
  return html`<section>
    <h2>Samples beside real images</h2>
    <p>
      The inverse of the network turns Gaussian noise into new images. With a perfect model, nobody could tell
      the two panels apart.
    </p>
    <div class="panels sheets">
      <figure>
        ${sheetImage(drawn, { ...options, alt: `${count(drawn.count, 'image')} drawn from the model` })}
        <figcaption>
          <b>Samples</b> at temperature ${formatNumber(temperature, 2)}, not
          selected${perClass !== undefined && `: a row for each class, ${classes.join(', ')}`}.${temperature < 1 && ' Below 1 the noise is narrower: the images are more typical and less varied.'}
        </figcaption>
      </figure>
      <figure>
        ${sheetImage(real, { ...options, alt: `${count(real.count, 'held-out image')}` })}
        <figcaption><b>Real images</b>, held out from training.</figcaption>
      </figure>
    </div>
  </section>`;
}
