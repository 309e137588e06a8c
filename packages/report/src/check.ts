import type { Curve } from './curves';
import type { ReportData } from './data';
import type { ImageReportData } from './imageData';
import type { Pictures } from './pictures';

/** A mistake of the caller: `report.function: expected …, got …`. */
function expect(condition: boolean, where: string, what: () => string): void {
  if (!condition) throw new RangeError(`report.${where}: expected ${what()}`);
}

/** Pictures have one or three channels, and as many bytes as their count and shape say. */
export function checkPictures({ count, shape: [h, w, c], values }: Pictures, where: string): void {
  const size = count * h * w * c;
  expect(c === 1 || c === 3, where, () => `pictures of 1 or 3 channels, got ${c}`);
  expect(
    values.length === size,
    where,
    () => `${size} values for ${count} pictures of ${h} × ${w} × ${c}, got ${values.length}`,
  );
}

/** A curve has a value for each step. */
function checkCurves(curves: Readonly<Record<string, unknown>> | undefined, where: string): void {
  for (const [name, curve] of Object.entries(curves ?? {})) {
    if (typeof curve !== 'object' || curve === null) continue;
    const { step, value } = curve as Curve;
    expect(
      step.length === value.length,
      where,
      () => `a value for each of the ${step.length} steps of training.${name}, got ${value.length}`,
    );
  }
}

/** A row has a value for each column, a grid one for each cell. */
export function checkReport({ columns, kinds, points, unusual, density, training }: ReportData): void {
  const where = 'renderReport';
  expect(
    kinds === undefined || kinds.length === columns.length,
    where,
    () => `${columns.length} kinds, one a column, got ${kinds?.length}`,
  );
  const lists = { ...points, unusual: unusual?.map(({ values }) => values) };
  for (const [name, rows] of Object.entries(lists)) {
    const row = rows?.find(({ length }) => length !== columns.length);
    expect(
      row === undefined,
      where,
      () => `${columns.length} values in each row of ${name}, one a column, got ${row?.length}`,
    );
  }
  const cells = density ? density.nx * density.ny : 0;
  for (const grid of [density?.logDensity, density?.trueLogDensity]) {
    expect(
      grid === undefined || grid.length === cells,
      where,
      () => `${cells} values in a density of ${density?.nx} × ${density?.ny} cells, got ${grid?.length}`,
    );
  }
  checkCurves({ ...training }, where);
}

/** All pictures of a report have bytes of their shape. */
export function checkImageReport(report: ImageReportData): void {
  const where = 'renderImageReport';
  const { samples, reconstructions, interpolations, unusual, classification, training } = report;
  const all = [
    samples?.drawn,
    samples?.real,
    reconstructions?.originals,
    reconstructions?.back,
    interpolations?.rows,
    unusual?.pictures,
    classification?.mistakes?.pictures,
  ];
  for (const pictures of all) if (pictures) checkPictures(pictures, where);
  checkCurves({ ...training }, where);
}
