import { count, formatNumber, formatWithError } from '../../format';
import type { Html } from '../../html';
import type { ImageReportData } from '../../imageData';
import { banner, splitText } from '../banner';
import { formatError, formatPercent } from './words';

const purposes = {
  density: 'Density',
  classify: 'Classification',
  hybrid: 'Classification and density',
} as const;

/** The use of each direction of the network. */
const directions = {
  density: ['says how probable an image is', 'turns noise into new images'],
  classify: ['names the class of an image', 'recovers the image from its output'],
  hybrid: ['names the class of an image and says how probable it is', 'turns noise into new images'],
} as const;

/** The top of the page of a model of images. */
export function imageHeadline(report: ImageReportData): Html {
  const { task, source, images, shape, classes } = report;
  return banner(report, {
    kind: `${purposes[task]} of ${source}`,
    summary: imageSummary(report),
    tiles: tiles(report),
    facts: [
      ['Images', splitText(images)],
      ['Size', `${shape[0]} × ${shape[1]}, ${count(shape[2], 'channel')}`],
      ...(classes.length > 0 ? [['Classes', formatNumber(classes.length)] as const] : []),
    ],
  });
}

/** The result in sentences: the model, its scores, and the proof that it has an inverse. */
export function imageSummary(report: ImageReportData): string {
  const { task, images, certificate, reconstructions } = report;
  const [forwards, backwards] = directions[task];
  const proven = certificate?.invertible === true;
  const sentences = [
    proven
      ? `A neural network that runs in both directions: forwards it ${forwards}, backwards it ${backwards}.`
      : `A residual neural network that ${forwards}.`,
    `Its ${count(report.parameters, 'parameter')} learned that from ${count(images.train, 'image')} in ${count(report.steps, 'step')}.`,
  ];
  const found = results(report);
  if (found.length > 0)
    sentences.push(`On ${count(images.heldOut, 'image')} that it never saw, it ${found.join(', and it ')}.`);
  if (!proven) {
    const why = certificate ? 'not every part is proven' : 'it was trained without normalization';
    sentences.push(`Nothing guarantees that it can run backwards: ${why}.`);
    return sentences.join(' ');
  }
  sentences.push('It is proven to have an inverse.');
  if (reconstructions && reconstructions.largestError !== null) {
    sentences.push(
      `${count(reconstructions.count, 'image')} went to the latent space and back: their pixels are off by at most ` +
        `${formatError(reconstructions.largestError)} of the range of a pixel.`,
    );
  }
  return sentences.join(' ');
}

function results({ classification, bitsPerDim }: ImageReportData): string[] {
  const list: string[] = [];
  if (classification)
    list.push(`is right ${formatPercent(classification.accuracy, classification.standardError)} of the time`);
  if (bitsPerDim) {
    list.push(
      `needs ${formatWithError(bitsPerDim.value, bitsPerDim.standardError)} bits for each value of a pixel ` +
        `(a model that knows nothing needs ${formatNumber(Math.log2(bitsPerDim.levels), 3)})`,
    );
  }
  return list;
}

function tiles(report: ImageReportData): [string, string][] {
  const { classification, bitsPerDim, reconstructions, certificate } = report;
  const result: [string, string][] = [];
  if (classification) {
    const { accuracy, standardError } = classification;
    result.push([formatPercent(accuracy, standardError), 'accuracy, held-out images']);
  }
  if (bitsPerDim) {
    const { value, standardError } = bitsPerDim;
    result.push([formatWithError(value, standardError), 'bits/dim, held-out images']);
  }
  if (reconstructions) {
    result.push([
      formatError(reconstructions.largestError),
      'largest reconstruction error; the range of a pixel is 1',
    ]);
  }
  if (certificate?.invertible) {
    const worst = Math.max(...certificate.blocks.map(({ lipschitzBound }) => lipschitzBound ?? Infinity));
    result.push(['yes', `proven invertible; the largest Lipschitz bound is ${formatNumber(worst, 3)}`]);
  } else {
    result.push(['no', 'proven invertible']);
  }
  return result;
}
