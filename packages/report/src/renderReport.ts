import { checkReport } from './check';
import type { ReportData } from './data';
import { page } from './page';
import { density } from './sections/density';
import { figures } from './sections/figures';
import { headline } from './sections/headline';
import { lipschitz } from './sections/lipschitz';
import { pairs } from './sections/pairs';
import { samples } from './sections/samples';
import { training } from './sections/training';
import { unusual } from './sections/unusual';
import { warp } from './sections/warp';

/** The sections in the order of the page. Each is left out when its data is absent. */
const sections = [headline, figures, density, samples, pairs, warp, unusual, training, lipschitz];

/**
 * The report of a density of a table, as one HTML file: text, tables, SVG plots and PNG maps.
 *
 * The file has no script and makes no request. All text of the data is escaped. The same data gives
 * the same bytes, in Node or in one browser. It takes about a second. In a browser, call it on the
 * page and not in a worker.
 *
 * @param report - The data. The page has a section for each part that is there.
 * @returns The text of the file.
 * @throws RangeError when a row does not have a value for each column, a grid for each cell, or a
 *   curve for each step.
 *
 * @example
 * ```ts
 * import { renderReport } from '@iresnet/report';
 *
 * const page = renderReport({
 *   title: 'Eruptions',
 *   source: 'geyser.csv',
 *   columns: ['minutes', 'pause'],
 *   rows: { train: 200, heldOut: 72 },
 *   steps: 3000,
 *   parameters: 51_234,
 *   scores: [
 *     { label: 'This model', role: 'model', value: -4.12, standardError: 0.1 },
 *     { label: 'Gaussian', role: 'baseline', value: -4.71, standardError: 0.08 },
 *   ],
 *   blocks: [
 *     { label: '0', lipschitzBound: 0.91 },
 *     { label: '1', lipschitzBound: 0.94 },
 *   ],
 * });
 * console.log(page.includes('0.59 above the Gaussian')); // true
 * ```
 */
export function renderReport(report: ReportData): string {
  checkReport(report);
  return page(
    report.title,
    sections.map((section) => section(report)),
    report.config,
  );
}
