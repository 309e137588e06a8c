/**
 * Judge a model on plain arrays: densities to compare with, means with their errors, paired
 * differences, accuracy and calibration of class probabilities, the integral of a density, and
 * errors of an inverse.
 *
 * Nothing here knows how a model was made. Numbers go in row by row, as `dataSync()` gives them,
 * and numbers come out; all of it is computed in float64 on the host. A mean comes with its
 * standard error, and two models are compared on the same rows.
 *
 * ```ts
 * import { createRng } from '@iresnet/core';
 * import { calibration, gaussianDensity, kernelDensity, pairedDifference } from '@iresnet/evaluation';
 *
 * // Rows on a ring: a Gaussian cannot fit them, a kernel density can.
 * const rng = createRng(0);
 * const uniform = () => (rng.nextUint32() + 0.5) / 2 ** 32;
 * const ring = (rows: number) =>
 *   Float64Array.from(
 *     Array.from({ length: rows }, () => {
 *       const [angle, radius] = [2 * Math.PI * uniform(), 3 + 0.4 * uniform()];
 *       return [radius * Math.cos(angle), radius * Math.sin(angle)];
 *     }).flat(),
 *   );
 * const train = { columns: ['x', 'y'], rows: 500, values: ring(500) };
 * const heldOut = ring(200);
 *
 * const gaussian = gaussianDensity(train).logDensity(heldOut);
 * const kernel = kernelDensity(train).logDensity(heldOut);
 * console.log(pairedDifference(kernel, gaussian)); // nats a row: above 0 by many standard errors
 *
 * // Class probabilities [n, K], row by row, with the true classes.
 * const { expectedError } = calibration([0.9, 0.1, 0.2, 0.8, 0.6, 0.4], [0, 1, 1]);
 * console.log(expectedError);
 * ```
 *
 * Log-densities are in nats, in the units of the rows. {@link gaussianDensity} and
 * {@link kernelDensity} are two densities that a network has to beat. {@link labelLosses} and
 * {@link calibration} take probabilities of classes; {@link mostProbable} makes predictions of
 * them, which {@link accuracy} and {@link confusion} count. {@link integrateDensity} over a
 * {@link boundingBox} shows whether a density integrates to 1. {@link largestDifference} tells how
 * far an inverse is off; NaN counts as infinite there. {@link leastFirst} puts scores in order.
 *
 * A score becomes a decision beside the scores of usual examples, which {@link scoreRanks} keeps:
 * {@link conformalPValues} says how usual it is, {@link alarmLevel} where it becomes an alarm, and
 * {@link benjaminiHochberg} how many to flag.
 *
 * What a model draws is judged beside real rows: {@link neighbourClasses} names its class,
 * {@link nearestRows} tells whether it copies, and {@link twoSampleAccuracy} whether it can be told
 * apart.
 *
 * @packageDocumentation
 */
export { estimateMean, type Estimate } from './statistics/estimate';
export { pairedDifference } from './statistics/pairedDifference';
export { largestDifference, largestError } from './statistics/largest';
export { leastFirst } from './statistics/leastFirst';
export { scoreRanks, type ScoreRanks, type ScoreRanksOptions } from './decisions/scoreRanks';
export { conformalPValues } from './decisions/conformalPValues';
export { alarmLevel } from './decisions/alarmLevel';
export { benjaminiHochberg } from './decisions/benjaminiHochberg';
export { columnMoments, type ColumnMoments } from './reference/columnMoments';
export { gaussianDensity, type GaussianDensity } from './reference/gaussianDensity';
export { kernelDensity, type KernelDensity, type KernelDensityOptions } from './reference/kernelDensity';
export type { ColumnTable, ReferenceDensity } from './reference/contract';
export { boundingBox, type BoundingBoxOptions, type Box } from './density/box';
export { gridPoints, integrateDensity, type IntegrateDensityOptions } from './density/integrate';
export { nearestRows, type NearestRows, type NearestRowsOptions } from './samples/nearestRows';
export { neighbourClasses } from './samples/neighbourClasses';
export { twoSampleAccuracy } from './samples/twoSampleAccuracy';
export { mostProbable } from './classes/mostProbable';
export { accuracy, correct } from './classes/accuracy';
export { confusion } from './classes/confusion';
export { mostFrequent } from './classes/mostFrequent';
export { labelLosses } from './classes/labelLosses';
export {
  calibration,
  type Calibration,
  type CalibrationOptions,
  type ReliabilityBin,
} from './classes/calibration';
