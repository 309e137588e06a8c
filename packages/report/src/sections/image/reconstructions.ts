import { count, formatNumber } from '../../format';
import { gallery } from '../../gallery';
import { html, type Html } from '../../html';
import type { ImageReportData } from '../../imageData';
import { joined, pictureAt, type Pictures } from '../../pictures';
import { formatError, formatProven } from './words';

/** A map of errors is amplified by the first of these factors that does not clip. */
const FACTORS = [100, 50, 20, 10, 5, 2, 1];

/** Images that went through the network and back, and their differences. */
export function reconstructions({ reconstructions: data, certificate }: ImageReportData): Html | undefined {
  if (!data) return undefined;
  const { originals, back, maxError, errorBound } = data;
  const map = errorMap(originals, back);
  const bounded = errorBound.some((bound) => bound !== null);
  return html`<section>
    <h2>There and back</h2>
    <p>
      ${
        !certificate?.invertible &&
        html`<b>Nothing is guaranteed here:</b> this network has no proven inverse. The iteration was tried
          anyway.`
      }
      ${
        data.largestError !== null
          ? `Over ${count(data.count, 'held-out image')}, the largest error of any pixel is ${formatError(data.largestError)} of its range.`
          : `Not all of ${count(data.count, 'held-out image')} came back as numbers.`
      }
      The inverse of the images below took ${count(data.evaluations, 'evaluation')} of residual branches.
    </p>
    <p>
      Each column from top to bottom: a held-out image, the image that the inverse makes of its
      latent${
        map
          ? `, and the error of each pixel, amplified × ${map.factor}.`
          : '. At 8 bits no pixel differs, so there is no map of errors.'
      }
      The number is the largest error of a pixel.
    </p>
    ${gallery(
      maxError.map((error, i) => ({
        pictures: joined([
          pictureAt(originals, i),
          pictureAt(back, i),
          ...(map ? [pictureAt(map.pictures, i)] : []),
        ]),
        caption: formatError(error),
        alt: `held-out image above its reconstruction${map ? ' and the map of errors' : ''}`,
      })),
    )}
    ${
      bounded &&
      html`<details>
        <summary>Errors and their proven bounds</summary>
        ${errors(maxError, errorBound)}
      </details>`
    }
  </section>`;
}

/** |original − back| times a factor. Undefined when no pixel differs. */
function errorMap(
  originals: Pictures,
  back: Pictures,
): { readonly factor: number; readonly pictures: Pictures } | undefined {
  const difference = originals.values.map((value, i) => Math.abs(value - back.values[i]!));
  const most = difference.reduce((a, b) => Math.max(a, b), 0);
  if (most === 0) return undefined;
  const factor = FACTORS.find((amplified) => amplified * most <= 255)!;
  return { factor, pictures: { ...originals, values: difference.map((error) => factor * error) } };
}

function errors(maxError: readonly (number | null)[], errorBound: readonly (number | null)[]): Html {
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th scope="col">image</th>
          <th scope="col" class="number">largest error of a pixel</th>
          <th scope="col" class="number">proven bound of the 2-norm</th>
        </tr>
      </thead>
      <tbody>
        ${maxError.map(
          (error, i) =>
            html`<tr>
              <th scope="row">${formatNumber(i + 1)}</th>
              <td class="number">${formatError(error)}</td>
              <td class="number">${formatProven(errorBound[i], 2)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
