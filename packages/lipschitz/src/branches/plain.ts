import type { LipschitzMap } from '@iresnet/core';
import { branchOptionNames, checkBranch, checkHidden, type HiddenOptions } from './options';
import { stack } from './stack';

/** Options of {@link plainBranch}. */
export interface PlainBranchOptions extends HiddenOptions {
  /** k, odd: on images every layer is a convolution with k×k taps. Default 3. */
  readonly kernelSize?: number;
}

/**
 * g = [σ –] layer – σ – … – σ – layer: a residual branch of dense layers for vectors, of
 * convolutions for images.
 *
 * Its Lipschitz constant is at most the product of those of its n layers, cⁿ, and of σ.
 *
 * @param options - Shape, hidden widths, σ, coefficient; no hidden width makes one linear layer.
 * @returns A map from the shape to itself. `params` are those of the parts under their index:
 * `0.kernel`, `2.bias`.
 * @throws IResNetError for an unknown option, a missing rng, a shape of another rank, and sizes
 * that are not positive.
 *
 * @example
 * ```ts
 * import { createRng } from '@iresnet/core';
 * import { plainBranch } from '@iresnet/lipschitz';
 *
 * const rng = createRng(0);
 * const g = plainBranch({ shape: [2], hidden: [64, 64], activation: 'sin', rng });
 * console.log(g.apply(rng.normal([5, 2])).shape, g.lipschitzBound() < 0.74); // [ 5, 2 ] true
 * ```
 *
 * @see Behrmann et al., Invertible Residual Networks (arXiv 1811.00995).
 */
export function plainBranch(options: PlainBranchOptions): LipschitzMap {
  const where = 'lipschitz.plainBranch';
  checkBranch(where, options, { ...branchOptionNames, hidden: true, kernelSize: true });
  checkHidden(where, options.hidden);
  return stack(options, () => options.kernelSize ?? 3);
}
