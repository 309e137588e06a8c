import type { ImageReportData } from '../image/reportData';
import { page } from './page';
import { certificate } from './sections/image/certificate';
import { confusion } from './sections/image/confusion';
import { imageFigures } from './sections/image/figures';
import { imageHeadline } from './sections/image/headline';
import { interpolations } from './sections/image/interpolations';
import { mistakes } from './sections/image/mistakes';
import { reconstructions } from './sections/image/reconstructions';
import { imageSamples } from './sections/image/samples';
import { singularValues } from './sections/image/singularValues';
import { imageTraining } from './sections/image/training';
import { unusualImages } from './sections/image/unusual';

/** The order of the page. Each part is left out when its data is not there. */
const sections = [
  imageHeadline,
  imageFigures,
  imageSamples,
  confusion,
  mistakes,
  reconstructions,
  interpolations,
  unusualImages,
  imageTraining,
  certificate,
  singularValues,
];

/**
 * One HTML file that shows a run on images: text, tables, SVG plots and PNG contact sheets.
 *
 * The same data gives the same bytes. Takes about a second.
 */
export function renderImageReport(report: ImageReportData): string {
  return page(
    report.title,
    sections.map((section) => section(report)),
    report.config,
  );
}
