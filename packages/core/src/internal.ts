/**
 * What the `@iresnet` packages share and do not promise to anyone else: it may change in any
 * release.
 *
 * @packageDocumentation
 */
export { checkGradients, checkOptions, checkParts, checkRng, checkTensor, described } from './checks';
export { readsFreely, watchDevice } from './device';
export { laterForms, readsLater, type LaterForms, type LaterWeight } from './later';
export { ensure } from './ensure';
export { carryScale, mixed, scaled, scaleProductFlaws } from './carryScale';
export { finiteFlaws, scaleFlaws, sizeFlaws } from './flaws';
export { readProven, readProvenAsync, whileDeviceLives } from './readProven';
export { didYouMean } from './didYouMean';
export { philox4x32 } from './philox';
export { memoizeOnParams, versionOf } from './memoize';
export { isRecomputed, markRecomputed } from './recomputed';
export { lastAxes, perExample } from './batch';
export {
  functionError,
  measurePrecision,
  relativeError,
  sumError,
  unitRoundoff,
  type FunctionError,
} from './precision';
export {
  affine,
  concatFlat,
  fusedKernels,
  plus,
  plusTimes,
  rowsTimes,
  sumOfProducts,
  sumOfTimes,
  times,
  untaped,
} from './kernels';
export { markRunning, momentumOf } from './running';
export { share } from './share';
export { lengthsAbove, readBounds } from './rounding';
export {
  checkSpec,
  domainOf,
  fromSpec,
  parseSpec,
  specKind,
  type Field,
  type Spec,
  type SpecRow,
  type SpecTable,
} from './spec';
export { checkStructure, type FieldsOf, type Structure } from './structure';
export { jsonSchema } from './jsonSchema';
export { finiteOrNull, parseJson } from './json';
export { listed, quoted } from './shell';
