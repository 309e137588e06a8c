import type { ImageFigures } from '../figures/imageFigures';
import { percent, withError } from './estimates';
import type { SummaryLine } from './tableSummary';

/** The figures of a run on images in some lines. */
export function imageSummary(figures: ImageFigures): SummaryLine[] {
  const { accuracy, bitsPerDim, reconstruction, certificate, heldOutImages } = figures;
  const lines: SummaryLine[] = [];
  if (accuracy) {
    const wrong = Math.round((1 - accuracy.mean) * heldOutImages);
    lines.push(['test accuracy', `${percent(accuracy, 2)} (${wrong} of ${heldOutImages} wrong)`]);
  }
  if (bitsPerDim) {
    const uniform = Math.log2(figures.levels).toFixed(3);
    lines.push(['bits per dimension', `${withError(bitsPerDim)} (a uniform density has ${uniform})`]);
  }
  const { generation } = figures;
  if (generation) {
    const { drawn, temperature, rightClass, rightClassOfReal } = generation;
    lines.push([
      'draws of the right class',
      `${percent(rightClass, 1)} of ${drawn} at temperature ${temperature}, by the nearest training images (of real ones ${percent(rightClassOfReal, 1)})`,
    ]);
  }
  const { largestError, errorBound, images, converged } = reconstruction;
  lines.push([
    'largest reconstruction error',
    `${largestError === null ? 'no number' : largestError.toExponential(1)} of the range of a pixel (${converged} of ${images} images converged)`,
  ]);
  lines.push([
    '  proven bound',
    errorBound === null
      ? 'none: nothing is guaranteed'
      : `${errorBound.toExponential(1)} a solve, ${reconstruction.evaluationsPerBlock.toFixed(1)} evaluations a block`,
  ]);
  const bounds = certificate.blocks.map(({ lipschitzBound }) => lipschitzBound ?? Infinity);
  const verdict = certificate.invertible ? 'so every block is proven invertible' : 'NOT proven invertible';
  lines.push([
    'Lipschitz bounds',
    `${Math.min(...bounds).toFixed(3)} to ${Math.max(...bounds).toFixed(3)}, ${verdict}`,
  ]);
  return lines;
}
