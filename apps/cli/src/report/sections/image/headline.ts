import type { ImageReportData } from '../../../image/reportData';
import { count, formatDuration, formatNumber, formatWithError } from '../../format';
import type { Html } from '../../html';
import { banner } from '../banner';
import { formatError, formatPercent } from './words';

const purposes = {
  density: 'Density',
  classify: 'Classification',
  hybrid: 'Classification and density',
} as const;

/** The name, what came out in one paragraph, the numbers to remember, and how to make the run again. */
export function imageHeadline(report: ImageReportData): Html {
  return banner(report, {
    kind: `${purposes[report.task]} of ${report.source}`,
    summary: imageSummary(report),
    tiles: tiles(report),
    facts: facts(report),
  });
}

/** What each direction is for. */
const directions = {
  density: ['says how probable an image is', 'turns noise into new images'],
  classify: ['names what an image shows', 'recovers the image from its output'],
  hybrid: ['names what an image shows and says how probable it is', 'turns noise into new images'],
} as const;

/** What the model is, how good it is, and whether that can be trusted, in sentences. */
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
    sentences.push(
      certificate
        ? 'Nothing guarantees that it can be run backwards: not every block is proven to contract.'
        : 'Nothing guarantees that it can be run backwards: it was trained without normalization.',
    );
    return sentences.join(' ');
  }
  sentences.push('That it has an inverse is proven.');
  if (reconstructions && reconstructions.largestError < Number.MAX_VALUE) {
    sentences.push(
      `Mapped to the latent space and back, ${count(reconstructions.count, 'image')} returned to within ` +
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
      `needs ${formatWithError(bitsPerDim.value, bitsPerDim.standardError)} bits for each value of a pixel, ` +
        `where ${formatNumber(Math.log2(bitsPerDim.levels), 3)} would be no knowledge at all`,
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
      'largest reconstruction error, the range of a pixel being 1',
    ]);
  }
  if (certificate?.invertible) {
    const worst = Math.max(...certificate.blocks.map(({ lipschitzBound }) => lipschitzBound));
    result.push([
      'yes',
      `proven invertible: no block exceeds a Lipschitz bound of ${formatNumber(worst, 3)}`,
    ]);
  } else {
    result.push(['no', 'proven invertible']);
  }
  return result;
}

function facts(report: ImageReportData): [string, string][] {
  const { images, shape, classes, versions } = report;
  return [
    ['Images', `${formatNumber(images.train)} train, ${formatNumber(images.heldOut)} held out`],
    ['Size', `${shape[0]} × ${shape[1]}, ${count(shape[2], 'channel')}`],
    ...(classes.length > 0 ? [['Classes', formatNumber(classes.length)] as [string, string]] : []),
    ['Seed', String(report.seed)],
    ['Backend', report.backend],
    ['Wall time', formatDuration(report.wallSeconds)],
    [
      'Versions',
      Object.entries(versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
    ],
  ];
}
