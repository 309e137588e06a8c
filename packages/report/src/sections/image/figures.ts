import { formatNumber, formatWithError } from '../../format';
import type { Figure } from '../../head';
import { html, type Html } from '../../html';
import type { ImageReportData } from '../../imageData';
import { figureTable } from '../figureTable';
import { formatPercent, total } from './words';

/** The table of figures. */
export function imageFigures(report: ImageReportData): Html {
  return html`<section>
    <h2>How good is it?</h2>
    ${figureTable([...results(report), ...(report.figures ?? [])], report)}
  </section>`;
}

/** The results, each beside that of a model that has learned nothing. */
function results({ classification, bitsPerDim }: ImageReportData): Figure[] {
  const list: Figure[] = [];
  if (classification) {
    const { accuracy, standardError, confusion } = classification;
    const classes = confusion.map(total);
    const seen = total(classes);
    const right = formatNumber(total(confusion.map((row, i) => row[i]!)));
    const majority = formatPercent(Math.max(...classes) / seen);
    list.push({
      label: 'Accuracy',
      value: formatPercent(accuracy, standardError),
      note: `${right} of ${formatNumber(seen)} held-out images are right; the most frequent class alone gives ${majority}`,
    });
  }
  if (bitsPerDim) {
    const { value, standardError, levels } = bitsPerDim;
    list.push({
      label: 'Bits/dim',
      value: formatWithError(value, standardError),
      note: `−log₂ p of a held-out image, divided by the number of its values; lower is better, and a uniform density over ${levels} levels gives ${formatNumber(Math.log2(levels), 3)}`,
    });
  }
  return list;
}
