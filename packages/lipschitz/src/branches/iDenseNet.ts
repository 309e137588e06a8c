import type { LipschitzMap } from '@iresnet/core';
import { ensure } from '@iresnet/core/internal';
import { activation, activationWidening } from '../activations/spec';
import { denseConcat } from '../denseConcat';
import { sequential } from '../sequential';
import { branchOptionNames, checkBranch, firstInputs, layerOf, type BranchOptions } from './options';

/** Options of {@link iDenseNetBranch}. */
export interface IDenseNetOptions extends BranchOptions {
  /** Dense layers before the last one. Default 3. */
  readonly depth?: number;
  /** Values, or channels, that each of them computes before σ. Default 16. */
  readonly growth?: number;
}

/**
 * g = [σ –] (x ↦ [η̂₁ x, η̂₂ σ(layer(x))]) × depth – layer: the residual branch of i-DenseNets.
 *
 * Every dense layer passes on its input together with its result, by {@link denseConcat}: on images
 * with a convolution of 3×3 taps. The last layer, 1×1 on images, leads back to the shape. A
 * concatenation of layers below 1 stays below 1, so the Lipschitz constant is at most that of the
 * last layer, c, and of a first σ.
 *
 * @param options - Shape, σ, depth, growth, coefficient. The paper takes `'cLipSwish'` for σ.
 * @returns A map from the shape to itself. `params` are those of the parts under their index:
 * `0.eta`, `0.h.0.kernel`.
 * @throws IResNetError for an unknown option, a missing rng, a shape of another rank, and sizes
 * that are not positive.
 *
 * @example
 * ```ts
 * import { createRng } from '@iresnet/core';
 * import { iDenseNetBranch } from '@iresnet/lipschitz';
 *
 * const rng = createRng(0);
 * const g = iDenseNetBranch({ shape: [2], activation: 'cLipSwish', depth: 2, growth: 8, rng });
 * console.log(g.apply(rng.normal([5, 2])).shape, g.lipschitzBound() < 0.91); // [ 5, 2 ] true
 * ```
 *
 * @see Perugachi-Diaz et al., Invertible DenseNets with Concatenated LipSwish (arXiv 2102.02694).
 */
export function iDenseNetBranch(options: IDenseNetOptions): LipschitzMap {
  const where = 'lipschitz.iDenseNetBranch';
  checkBranch(where, options, { ...branchOptionNames, depth: true, growth: true });
  const { shape, activation: spec, firstActivation = false, depth = 3, growth = 16 } = options;
  for (const [name, size] of Object.entries({ depth, growth })) {
    ensure(Number.isInteger(size) && size > 0, where, () => `expected ${name} ≥ 1, got ${size}`);
  }
  const added = growth * activationWidening(spec);
  const parts: LipschitzMap[] = firstActivation ? [activation(spec)] : [];
  let channels = firstInputs(options);
  for (let i = 0; i < depth; i++) {
    const layer = layerOf(options, i, { inputs: channels, outputs: growth }, 3);
    parts.push(denseConcat(sequential(layer, activation(spec))));
    channels += added;
  }
  parts.push(layerOf(options, depth, { inputs: channels, outputs: shape[shape.length - 1]! }, 1));
  return sequential(...parts);
}
