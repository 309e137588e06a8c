import type { ImageReportData } from '../../../image/reportData';
import { formatNumber } from '../../format';
import { html, type Html } from '../../html';
import { bars } from '../lipschitz';
import { formatProven } from './words';

type Certificate = NonNullable<ImageReportData['certificate']>;

/** Rows at most of a table that is shown at once. */
const FEW = 12;

/** What is proven of the network, and what is not. */
export function certificate({ certificate: proof, shape, task }: ImageReportData): Html {
  if (!proof) {
    return html`<section>
      <h2>Nothing is guaranteed</h2>
      <p>
        This network was trained without normalization. Nothing bounds its branches, so nothing says that it
        has an inverse, or that an iteration would find it.
      </p>
    </section>`;
  }
  const table = blocks(proof);
  return html`<section>
    <h2>${proof.invertible ? 'Why it is invertible' : 'Nothing is guaranteed'}</h2>
    <p>
      A block x + g(x) has an inverse when g contracts, that is when its Lipschitz constant L is below 1. The
      bars are upper bounds of L, proven and not estimated.
      ${
        proof.invertible
          ? 'All of them lie below the line.'
          : html`<b>Not all of them lie below the line</b>, so nothing says that the network has an inverse.`
      }
    </p>
    <figure class="wide">
      ${bars(proof.blocks.map(({ lipschitzBound }, i) => ({ label: String(i), lipschitzBound })))}
    </figure>
    ${proof.invertible && proven(proof, shape[0] * shape[1] * shape[2], task !== 'classify')}
    ${
      proof.blocks.length > FEW
        ? html`<details>
            <summary>Each block</summary>
            ${table}
          </details>`
        : table
    }
    <p class="note">
      Steps: of the fixed-point iteration, until the error of the inverse is a millionth of that at the start.
      Bias: at most so far is the expected log-determinant from the true one, by the estimator that judged
      this model. All blocks: the product of the bounds 1 + L, that of 1/(1 − L), and the sum of the biases;
      worst cases, far above what happens. Layers that only rescale are not counted in the products.
    </p>
  </section>`;
}

/** What a proof says in plain words, and what it does not. */
function proven({ blocks: all, seriesBias }: Certificate, size: number, density: boolean): Html {
  const steps = Math.max(...all.map(({ contractionSteps }) => contractionSteps ?? 0));
  return html`<p>
      <b>Proven:</b> no two images have the same latent, and the iteration finds the image of a latent, in at
      most ${formatNumber(steps)} steps a block to shrink its error a millionfold.
      ${
        density &&
        seriesBias !== null &&
        (seriesBias > 0
          ? `The log-determinant is biased by at most ${formatNumber(seriesBias, 2)} nats an image, ${formatNumber(seriesBias / (size * Math.LN2), 2)} bits/dim.`
          : 'The estimate of the log-determinant has no bias.')
      }
    </p>
    <p>
      <b>Not proven:</b> how good the model is, which only the held-out images show; that images look real;
      and what rounding to 32 bits adds to the errors.
    </p>`;
}

function blocks({ blocks: all, lipschitzBound, inverseLipschitz, seriesBias }: Certificate): Html {
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th scope="col">block</th>
          <th scope="col" class="number">L of the branch g</th>
          <th scope="col" class="number">of the inverse, 1/(1 − L)</th>
          <th scope="col" class="number">steps</th>
          <th scope="col" class="number">bias, nats</th>
        </tr>
      </thead>
      <tbody>
        ${all.map(
          (block, i) =>
            html`<tr>
              <th scope="row">${formatNumber(i)}</th>
              <td class="number">${formatNumber(block.lipschitzBound)}</td>
              <td class="number">${formatProven(block.inverseLipschitz)}</td>
              <td class="number">${formatProven(block.contractionSteps)}</td>
              <td class="number">${formatProven(block.seriesBias, 2)}</td>
            </tr>`,
        )}
        <tr class="model">
          <th scope="row">all blocks</th>
          <td class="number">∏ (1 + L) = ${formatNumber(lipschitzBound)}</td>
          <td class="number">${formatProven(inverseLipschitz)}</td>
          <td></td>
          <td class="number">${formatProven(seriesBias, 2)}</td>
        </tr>
      </tbody>
    </table>
  </div>`;
}
