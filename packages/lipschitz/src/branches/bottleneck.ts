import type { LipschitzMap } from '@iresnet/core';
import { ensure } from '@iresnet/core/internal';
import { branchOptionNames, checkBranch, checkHidden, type HiddenOptions } from './options';
import { stack } from './stack';

/**
 * g = [σ –] conv 3×3 – σ – conv 1×1 – σ – … – σ – conv 3×3: the residual branch of the i-ResNet
 * paper for images. The first and the last convolution have 3×3 taps, those between have 1×1.
 *
 * Its Lipschitz constant is at most the product of those of its n layers, cⁿ, and of σ.
 *
 * @param options - Shape `[h, w, c]`, hidden channels, σ, coefficient. The paper has two hidden
 * layers of the same width.
 * @returns A map from the shape to itself. `params` are those of the parts under their index.
 * @throws IResNetError for an unknown option, a missing rng, a shape other than that of images, and
 * sizes that are not positive.
 *
 * @example
 * ```ts
 * import { createRng } from '@iresnet/core';
 * import { bottleneckBranch } from '@iresnet/lipschitz';
 *
 * const rng = createRng(0);
 * const g = bottleneckBranch({ shape: [4, 4, 3], hidden: [8, 8], activation: 'elu', rng });
 * console.log(g.apply(rng.normal([5, 4, 4, 3])).shape); // [ 5, 4, 4, 3 ]
 * ```
 *
 * @see Behrmann et al., Invertible Residual Networks (arXiv 1811.00995).
 */
export function bottleneckBranch(options: HiddenOptions): LipschitzMap {
  const where = 'lipschitz.bottleneckBranch';
  checkBranch(where, options, { ...branchOptionNames, hidden: true });
  ensure(
    options.shape.length === 3,
    where,
    () => `expected the shape [h, w, c] of images, got [${options.shape}]; plainBranch takes vectors`,
  );
  checkHidden(where, options.hidden);
  return stack(options, (i, layers) => (i === 0 || i === layers - 1 ? 3 : 1));
}
