import type { ImageReportData } from '../../../image/reportData';
import { formatNumber } from '../../format';
import { html, type Html } from '../../html';
import { bars } from '../lipschitz';

/** What is proven of the network, and what is not. */
export function certificate({ certificate: data }: ImageReportData): Html {
  if (!data) {
    return html`<section>
      <h2>No certificate</h2>
      <p>
        This network was trained without normalization. Nothing bounds its branches, so nothing says that it
        has an inverse, or that an iteration would find it.
      </p>
    </section>`;
  }
  const none = (value: number | null) => (value === null ? 'none' : formatNumber(value));
  return html`<section>
    <h2>Certificate</h2>
    <p>
      A block x + g(x) has an inverse when the Lipschitz constant L of g is below 1. The bars are upper bounds
      of L, proven by Gram iteration and not estimated.
      ${
        data.invertible
          ? html`All lie below the line, so the network is <b>proven invertible</b>.`
          : html`<b>Not all lie below the line</b>: of those blocks nothing is proven.`
      }
    </p>
    <figure class="wide">
      ${bars(data.blocks.map(({ lipschitzBound }, i) => ({ label: String(i), lipschitzBound })))}
    </figure>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>block</th>
            <th class="number">L of g</th>
            <th class="number">of the inverse, 1/(1 − L)</th>
            <th class="number">steps to 10⁻⁶</th>
            <th class="number">bias of the log-determinant, nats</th>
          </tr>
        </thead>
        <tbody>
          ${data.blocks.map(
            (block, i) =>
              html`<tr>
                <th>${i}</th>
                <td class="number">${formatNumber(block.lipschitzBound)}</td>
                <td class="number">${none(block.inverseLipschitz)}</td>
                <td class="number">${none(block.contractionSteps)}</td>
                <td class="number">${none(block.seriesBias)}</td>
              </tr>`,
          )}
          <tr class="model">
            <th>all</th>
            <td class="number">${formatNumber(data.lipschitzBound)}</td>
            <td class="number">${none(data.inverseLipschitz)}</td>
            <td class="number"></td>
            <td class="number">${none(data.seriesBias)}</td>
          </tr>
        </tbody>
      </table>
    </div>
    <p class="note">
      The last row has the product of 1 + L of all blocks and that of their inverses: worst cases, far above
      what happens. The bias is the worst case of the estimator in the judging of the model, not of a training
      step.
    </p>
  </section>`;
}
