import type { ImageReportData } from '../../../image/reportData';
import { count, formatDuration, formatNumber, formatWithError } from '../../format';
import { html, type Html } from '../../html';

/** The name, what came out in one paragraph, the numbers to remember, and how to make the run again. */
export function imageHeadline(report: ImageReportData): Html {
  const date = report.date.slice(0, 16).replace('T', ' ');
  return html`<header>
    <p class="eyebrow">${report.source} · ${report.task} · ${date}</p>
    <h1>${report.title}</h1>
    <p class="summary">${summary(report)}</p>
    <div class="tiles">
      ${tiles(report).map(([value, label]) => html`<div class="tile"><b>${value}</b><span>${label}</span></div>`)}
    </div>
    <p class="note">To make this run again:</p>
    <pre><code>${report.command}</code></pre>
    <dl>
      ${facts(report).map(
        ([term, value]) =>
          html`<div>
            <dt>${term}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
  </header>`;
}

const purposes = {
  density: 'learned the density of images',
  classify: 'learned to classify images',
  hybrid: 'learned to classify images and their density at once',
} as const;

function summary(report: ImageReportData): string {
  const { classification, bitsPerDim, reconstructions, certificate } = report;
  const sentences = [
    `An invertible residual network of ${count(report.parameters, 'parameter')} ${purposes[report.task]} from ` +
      `${count(report.images.train, 'picture')} in ${count(report.steps, 'step')}.`,
  ];
  const seen = `On ${count(report.images.heldOut, 'picture')} that it never saw`;
  const results = [
    ...(classification
      ? [`it names the class of ${percent(classification.accuracy, classification.standardError)}`]
      : []),
    ...(bitsPerDim
      ? [
          `it needs ${formatWithError(bitsPerDim.value, bitsPerDim.standardError)} bits a value, where ${formatNumber(Math.log2(bitsPerDim.levels), 3)} would be no knowledge at all`,
        ]
      : []),
  ];
  if (results.length > 0) sentences.push(`${seen}, ${results.join(', and ')}.`);
  if (certificate?.invertible) {
    sentences.push('The same network runs backwards: every block is proven to be invertible.');
    if (reconstructions) {
      sentences.push(
        `From its output ${count(reconstructions.count, 'picture')} came back to within ${formatNumber(reconstructions.largestError, 2)} of the range of a pixel.`,
      );
    }
  } else {
    sentences.push('Nothing is guaranteed about its inverse: its blocks are not proven to be contractions.');
  }
  return sentences.join(' ');
}

function percent(value: number, error: number): string {
  return `${formatWithError(100 * value, 100 * error)} %`;
}

function tiles({
  classification,
  bitsPerDim,
  reconstructions,
  certificate,
}: ImageReportData): [string, string][] {
  const result: [string, string][] = [];
  if (classification)
    result.push([
      percent(classification.accuracy, classification.standardError),
      'held-out pictures classified right',
    ]);
  if (bitsPerDim)
    result.push([
      formatWithError(bitsPerDim.value, bitsPerDim.standardError),
      'bits per dimension, held out',
    ]);
  if (reconstructions) {
    const { largestError } = reconstructions;
    result.push([
      largestError < Number.MAX_VALUE ? formatNumber(largestError, 2) : 'no number',
      'largest reconstruction error of a pixel',
    ]);
  }
  if (certificate) {
    const worst = Math.max(...certificate.blocks.map(({ lipschitzBound }) => lipschitzBound));
    result.push([formatNumber(worst, 3), 'largest proven Lipschitz bound of a block']);
  }
  return result;
}

function facts(report: ImageReportData): [string, string][] {
  return [
    [
      'Pictures',
      `${formatNumber(report.images.train)} train, ${formatNumber(report.images.heldOut)} held out`,
    ],
    ['Size', report.shape.join(' × ')],
    ['Classes', formatNumber(report.classes.length)],
    ['Seed', String(report.seed)],
    ['Backend', report.backend],
    ['Wall time', formatDuration(report.wallSeconds)],
    [
      'Versions',
      Object.entries(report.versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
    ],
  ];
}
