/**
 * Lipschitz-constrained layers that know their own Jacobian.
 *
 * Every map here computes f(x), hands out products with its Jacobian as ordinary taped ops (nothing
 * is ever differentiated twice), and proves an upper bound of its Lipschitz constant. Spectral
 * normalization happens inside: assign a weight in any way, with any optimizer, and the next use is
 * normalized again.
 *
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { createRng } from '@iresnet/core';
 * import { dense, sequential, sin } from '@iresnet/lipschitz';
 *
 * const rng = createRng(1);
 * const g = sequential(
 *   dense({ inputs: 2, outputs: 32, coefficient: 0.9, rng }),
 *   sin(),
 *   dense({ inputs: 32, outputs: 2, coefficient: 0.9, rng }),
 * );
 * const x = rng.normal([8, 2]);
 * const { y, jacobian } = g.linearize(x); // one forward pass, then any number of products
 * console.log(y.shape, jacobian.rmatvec(y).shape); // [ 8, 2 ] [ 8, 2 ]
 * console.log(g.lipschitzBound()); // 0.81, up to the error of power iteration
 * ```
 *
 * @packageDocumentation
 */
export { dense, type DenseOptions } from './dense';
export { conditionalDense, type ConditionalDenseOptions } from './conditionalDense';
export { maskedBranch } from './maskedBranch';
export { conv2d, type Conv2dOptions } from './conv2d';
export { sequential } from './sequential';
export {
  activation,
  activationNames,
  activations,
  activationWidening,
  type ActivationName,
  type ActivationOptions,
  type ActivationRow,
  type ActivationSpec,
} from './activations/spec';
export { elu } from './activations/elu';
export { softplus } from './activations/softplus';
export { lipSwish, type LipSwishOptions } from './activations/lipSwish';
export { leakyRelu, relu } from './activations/relu';
export { tanh } from './activations/tanh';
export { sin } from './activations/sin';
export { maxMin } from './activations/maxMin';
export { groupSort } from './activations/groupSort';
export { cLipSwish, cRelu } from './activations/concatenated';
export { cSin } from './activations/cSin';
export { identity } from './activations/identity';
export { elementwise } from './activations/elementwise';
export type { ActivationFormula } from './activations/formula';
export {
  branches,
  branchFromSpec,
  branchNames,
  type BranchFactory,
  type BranchKinds,
  type BranchName,
  type BranchRow,
  type BranchSpec,
} from './branches/spec';
export { plainBranch, type PlainBranchOptions } from './branches/plain';
export { bottleneckBranch } from './branches/bottleneck';
export { iDenseNetBranch, type IDenseNetOptions } from './branches/iDenseNet';
export type { BranchOptions, HiddenOptions } from './branches/options';
export { conditionalBranch, type ConditionalBranchOptions } from './branches/conditional';
export { denseConcat, type DenseConcatOptions } from './denseConcat';
export { spectralWeight, type SpectralWeight } from './spectralWeight';
export type { SpectralOptions } from './spectralOptions';
export { spectralLayer, type SpectralLayerOptions } from './spectralLayer';
export { layeredMap, type LayeredMap, type LayeredOptions } from './layers';
export type { ElementwiseLayer, Layer, LinearLayer } from './layer';
export type { Impulse, OperatorFamily } from './families/operatorFamily';
export { matrixFamily } from './families/matrixFamily';
export { convolutionFamily } from './families/convolutionFamily';
export { pixelFamily } from './families/pixelFamily';
export { diagonalFamily } from './families/diagonalFamily';
export { fromLayers } from './tfLayers/fromLayers';
export {
  spectralConstraint,
  type SpectralConstraint,
  type SpectralConstraintOptions,
} from './tfLayers/spectralConstraint';
export { applySpectralConstraints } from './tfLayers/applySpectralConstraints';
export type { TfLayer, TfModel } from './tfLayers/structure';
