import { formatNumber } from '../../format';
import { html, type Html } from '../../html';
import type { CertificateFigures, ImageReportData } from '../../imageData';
import { bars } from '../lipschitz';
import { formatProven } from './words';

/** Most rows of a table that is shown at once. */
const FEW = 12;

/** The facts that are proven about the network, and those that are not. */
export function certificate({ certificate: proof, shape, task }: ImageReportData): Html {
  if (!proof) {
    return html`<section>
      <h2>Nothing is guaranteed</h2>
      <p>
        This network was trained without normalization. Nothing bounds its branches. So nothing says that it
        has an inverse, or that an iteration finds one.
      </p>
    </section>`;
  }
  const table = blocks(proof);
  return html`<section>
    <h2>${proof.invertible ? 'Why it is invertible' : 'Nothing is guaranteed'}</h2>
    <p>
      A block x + g(x) has an inverse when the Lipschitz constant L of g is below 1. The bars are upper bounds
      of L, proven and not estimated.
      ${
        proof.invertible
          ? 'All of them are below the line, and every other part can be inverted in 32 bits.'
          : html`<b>Not every part is proven</b>, so nothing says that the network has an inverse.`
      }
    </p>
    ${
      !proof.invertible &&
      html`<ul>
        ${proof.flaws.map(({ part, problem }) => html`<li>${part}: ${problem}</li>`)}
      </ul>`
    }
    <figure class="wide">
      ${bars(
        proof.blocks.flatMap(({ lipschitzBound }, i) =>
          lipschitzBound === null ? [] : [{ label: String(i), lipschitzBound }],
        ),
      )}
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
      Steps: the fixed-point iteration needs at most this many until the error of the inverse is a millionth
      of the error at the start. Bias: the expected log-determinant is at most this far from the true one, for
      the estimator that judged this model. All blocks: the product of the bounds 1 + L, the product of 1/(1 −
      L), and the sum of the biases. These are worst cases, far above the usual values. The products leave out
      layers that only rescale.
    </p>
  </section>`;
}

/** The proof in plain words, and its limits. */
function proven({ blocks: all, logDetBias }: CertificateFigures, size: number, density: boolean): Html {
  const steps = Math.max(...all.map(({ contractionSteps }) => contractionSteps ?? 0));
  return html`<p>
      <b>Proven:</b> no two images have the same latent. The iteration finds the image of each latent: its
      error shrinks a millionfold in at most ${formatNumber(steps)} steps a block.
      ${
        density &&
        logDetBias !== null &&
        (logDetBias > 0
          ? `The log-determinant is biased by at most ${formatNumber(logDetBias, 2)} nats an image, ${formatNumber(logDetBias / (size * Math.LN2), 2)} bits/dim.`
          : 'The estimate of the log-determinant has no bias.')
      }
    </p>
    <p>
      <b>Not proven:</b> that the model is good, which only the held-out images can show; that its images look
      real; and the errors that rounding to 32 bits adds.
    </p>`;
}

function blocks({ blocks: all, lipschitzBound, inverseLipschitz, logDetBias }: CertificateFigures): Html {
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
              <td class="number">${formatProven(block.lipschitzBound)}</td>
              <td class="number">${formatProven(block.inverseLipschitz)}</td>
              <td class="number">${formatProven(block.contractionSteps)}</td>
              <td class="number">${formatProven(block.logDetBias, 2)}</td>
            </tr>`,
        )}
        <tr class="model">
          <th scope="row">all blocks</th>
          <td class="number">∏ (1 + L) = ${formatProven(lipschitzBound)}</td>
          <td class="number">${formatProven(inverseLipschitz)}</td>
          <td></td>
          <td class="number">${formatProven(logDetBias, 2)}</td>
        </tr>
      </tbody>
    </table>
  </div>`;
}
