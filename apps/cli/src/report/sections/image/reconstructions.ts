import type { ImageReportData, Pictures } from '../../../image/reportData';
import { sheetImage, zoomTo } from '../../contactSheet';
import { count, formatNumber } from '../../format';
import { html, type Html } from '../../html';

/** Pictures that went through the network and back. */
export function reconstructions({ reconstructions: data, certificate }: ImageReportData): Html | undefined {
  if (!data) return undefined;
  const { originals, back, maxError, errorBound } = data;
  const shown = stacked(originals, back);
  const bounded = errorBound.some((bound) => bound !== null);
  return html`<section>
    <h2>There and back</h2>
    <p>
      Above, held-out pictures; below, what the inverse makes of their latents.
      ${
        certificate?.invertible
          ? `Over ${count(data.count, 'picture')} the largest error of any pixel was ${formatNumber(data.largestError, 2)} of its range.`
          : 'This network has no proven inverse: the iteration was tried all the same.'
      }
    </p>
    <figure>
      ${sheetImage(shown, { columns: originals.count, zoom: zoomTo(64, originals), alt: 'pictures above their reconstructions' })}
    </figure>
    <details>
      <summary>Each error</summary>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th>picture</th>
              <th class="number">largest error of a pixel</th>
              ${bounded && html`<th class="number">proven bound of the 2-norm</th>`}
            </tr>
          </thead>
          <tbody>
            ${maxError.map(
              (error, i) =>
                html`<tr>
                  <th>${i + 1}</th>
                  <td class="number">${error < Number.MAX_VALUE ? formatNumber(error, 2) : 'no number'}</td>
                  ${bounded && html`<td class="number">${errorBound[i] === null ? 'none' : formatNumber(errorBound[i]!, 2)}</td>`}
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </details>
  </section>`;
}

/** One list of pictures after another. */
function stacked(a: Pictures, b: Pictures): Pictures {
  const values = new Uint8Array(a.values.length + b.values.length);
  values.set(a.values);
  values.set(b.values, a.values.length);
  return { count: a.count + b.count, shape: a.shape, values };
}
