import type { Certificate } from '@iresnet/model';
import type { Pipeline } from './pipeline';

/**
 * What is proven of the model of a pipeline: Lipschitz bounds of every block and layer, steps of
 * the inverse, the bias of the log-determinant that it was trained with. Plain JSON. It reads the
 * weights: on WebGPU write `await onHost([pipeline.model], () => certify(pipeline))`, with `onHost`
 * of `@iresnet/core`.
 *
 * @example
 * ```ts
 * import { toy2d } from '@iresnet/datasets';
 * import { certify, defaultRecipe, planeSource, train } from '@iresnet/pipeline';
 *
 * const recipe = { ...defaultRecipe('plane'), steps: 2 };
 * const { pipeline } = await train(planeSource(toy2d('moons'), recipe), recipe);
 * console.log(certify(pipeline).invertible); // true
 * ```
 */
export function certify({ model }: Pipeline): Certificate {
  return model.certify();
}
