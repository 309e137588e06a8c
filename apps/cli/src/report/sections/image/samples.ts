import type { ImageReportData } from '../../../image/reportData';
import { sheetImage, zoomTo } from '../../contactSheet';
import { formatNumber } from '../../format';
import { html, type Html } from '../../html';

/** Pictures that the model drew beside real ones. */
export function imageSamples({ samples }: ImageReportData): Html | undefined {
  if (!samples) return undefined;
  const { drawn, real, temperature } = samples;
  const columns = Math.ceil(Math.sqrt(drawn.count));
  const options = { columns, zoom: zoomTo(40, drawn) };
  return html`<section>
    <h2>Samples</h2>
    <p>The inverse of the network turns Gaussian noise into new pictures.</p>
    <div class="panels">
      <figure>
        ${sheetImage(drawn, { ...options, alt: 'pictures drawn from the model' })}
        <figcaption>
          <b>Samples</b> at temperature ${formatNumber(temperature, 2)}, none of them chosen.
        </figcaption>
      </figure>
      <figure>
        ${sheetImage(real, { ...options, alt: 'held-out pictures' })}
        <figcaption><b>Held-out pictures</b> to compare with.</figcaption>
      </figure>
    </div>
  </section>`;
}
