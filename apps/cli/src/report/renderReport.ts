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

/** The order of the page. Each part is left out when its data is not there. */
const sections = [headline, figures, density, samples, pairs, warp, unusual, training, lipschitz];

/**
 * One HTML file that shows a run: text, tables, SVG plots and PNG maps.
 *
 * The same data gives the same bytes. Takes about a second.
 */
export function renderReport(report: ReportData): string {
  return page(
    report.title,
    sections.map((section) => section(report)),
    report.config,
  );
}
