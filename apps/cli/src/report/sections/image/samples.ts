import type { ImageReportData } from '../../../image/reportData';
import { sheetImage } from '../../contactSheet';
import { count, formatNumber } from '../../format';
import { html, type Html } from '../../html';

/** Images that the model drew beside real ones. */
export function imageSamples({ samples }: ImageReportData): Html | undefined {
  if (!samples?.drawn.count) return undefined;
  const { drawn, real, temperature } = samples;
  const options = { columns: Math.ceil(Math.sqrt(drawn.count)), size: 50 };
  return html`<section>
    <h2>Samples beside real images</h2>
    <p>
      The inverse of the network turns Gaussian noise into new images. Were the model perfect, one could not
      tell these panels apart.
    </p>
    <div class="panels sheets">
      <figure>
        ${sheetImage(drawn, { ...options, alt: `${count(drawn.count, 'image')} drawn from the model` })}
        <figcaption>
          <b>Samples</b> at temperature ${formatNumber(temperature, 2)}, none of them
          chosen.${temperature < 1 && ' Below 1 the noise is narrower: images are more typical and less varied.'}
        </figcaption>
      </figure>
      <figure>
        ${sheetImage(real, { ...options, alt: `${count(real.count, 'held-out image')}` })}
        <figcaption><b>Real images</b>, held out from training.</figcaption>
      </figure>
    </div>
  </section>`;
}
