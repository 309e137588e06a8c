import { checkImageReport } from './check';
import type { ImageReportData } from './imageData';
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

/** The sections in the order of the page. Each is left out when its data is absent. */
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
 * The report of a model of images, as one HTML file: text, tables, SVG plots and PNG contact
 * sheets.
 *
 * The file has no script and makes no request. All text of the data is escaped. The same data gives
 * the same bytes, in Node or in one browser. It takes about a second. In a browser, call it on the
 * page and not in a worker.
 *
 * @param report - The data. The page has a section for each part that is there.
 * @returns The text of the file.
 * @throws RangeError when pictures do not have a value for each pixel, or a curve for each step.
 *
 * @example
 * ```ts
 * import { renderImageReport } from '@iresnet/report';
 *
 * const stripes = Uint8Array.from({ length: 4 * 8 * 8 }, (_, i) => (i % 2) * 255); // four pictures
 * const pictures = { count: 4, shape: [8, 8, 1] as const, values: stripes };
 * const page = renderImageReport({
 *   title: 'Stripes',
 *   source: 'a folder of stripes',
 *   task: 'density',
 *   shape: [8, 8, 1],
 *   images: { train: 1000, heldOut: 200 },
 *   classes: [],
 *   steps: 600,
 *   parameters: 51_234,
 *   bitsPerDim: { value: 1.31, standardError: 0.02, levels: 256 },
 *   samples: { drawn: pictures, real: pictures, temperature: 0.8 },
 * });
 * console.log(page.includes('1.310 ± 0.020')); // true
 * ```
 */
export function renderImageReport(report: ImageReportData): string {
  checkImageReport(report);
  return page(
    report.title,
    sections.map((section) => section(report)),
    report.config,
  );
}
