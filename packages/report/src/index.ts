/**
 * Reports of trained flows: data in, one HTML file out.
 *
 * {@link renderReport} shows a density of a table: scores beside those of other densities, maps of
 * the density, samples, unusual rows, training curves, and the proof that the network is
 * invertible. {@link renderImageReport} shows a model of images: accuracy, bits/dim, samples,
 * reconstructions, paths between images, mistakes, and the proof. Both take plain data, so it does
 * not matter how the model was made.
 *
 * ```ts
 * import { renderReport } from '@iresnet/report';
 *
 * const rows = Array.from({ length: 300 }, (_, i) => [Math.cos(i), Math.sin(2.4 * i)]);
 * const page = renderReport({
 *   title: 'A first report',
 *   source: 'rows.csv',
 *   columns: ['x', 'y'],
 *   rows: { train: 200, heldOut: 100 },
 *   steps: 500,
 *   parameters: 1234,
 *   scores: [{ label: 'This model', role: 'model', value: -1.91, standardError: 0.04 }],
 *   points: { train: rows.slice(0, 200), heldOut: rows.slice(200), samples: rows },
 *   blocks: [{ label: '0', lipschitzBound: 0.9 }],
 * });
 * console.log(page.length); // write it to report.html, or show it in an <iframe srcdoc>
 * ```
 *
 * A section appears when its data is there. The page is one file without a script and without a
 * request; its content policy forbids both, and all text of the data is escaped. It has a dark and
 * a light form, fits a phone, and prints.
 *
 * It runs in Node (≥ 20.19) and in a browser. A bundler with the condition `browser` takes the DOM
 * of the page, so call the functions there and not in a worker. There is no need for TensorFlow.js.
 * A mistake of the caller is a `RangeError`: `report.function: expected …, got …`.
 *
 * @packageDocumentation
 */
export { renderReport } from './renderReport';
export { renderImageReport } from './renderImageReport';
export { contactSheet, type ContactSheetOptions } from './contactSheet';
export type { Figure, ReportHead, Split } from './head';
export type { Curve, TrainingCurves } from './curves';
export type {
  BlockFigures,
  ColumnHolds,
  DensityGrid,
  Difference,
  InverseFigures,
  ReportData,
  ReportPoints,
  Score,
  UnusualRow,
} from './data';
export type {
  BlockCertificateFigures,
  CertificateFigures,
  ImageClassification,
  ImageReconstructions,
  ImageReportData,
  ImageSamples,
  ImageTask,
  ImageTraining,
  LayerFigures,
} from './imageData';
export type { Pictures } from './pictures';
