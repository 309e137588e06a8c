import { tidy, zeros } from '@tensorflow/tfjs-core';
import { noGrad, type LipschitzMap, type Rng, type Shape } from '@iresnet/core';
import { checkRng } from '@iresnet/core/internal';
import { powerIteration } from '@iresnet/spectral-norm';
import type { FlowModel } from './flowModel';

/** The norm of one linear layer, from below and from above; see {@link layerNorms}. */
export interface LayerNorm {
  /** Index of its block. */
  readonly block: number;
  /** Index among the parts of the branch, activations counted. */
  readonly layer: number;
  /** The estimate of power iteration. It is at most the norm. */
  readonly estimate: number;
  /** A proven bound. It is at least the norm. */
  readonly bound: number;
}

/**
 * The norm of each linear layer of a model's branches, as power iteration finds it (from below)
 * and as it is proven (from above): how much the proof gives away.
 *
 * At most 200 iterations a layer, to a relative tolerance of 1e-5. Reads back from the device.
 * Layers inside of a part, such as those of a dense concatenation, are not listed.
 *
 * @param model - The flow of a model.
 * @param rng - Draws the start vectors.
 *
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { createRng } from '@iresnet/core';
 * import { denseFlow, layerNorms } from '@iresnet/model';
 *
 * const rng = createRng(0);
 * const density = denseFlow({ dimension: 2, blocks: 1, hidden: [8] }, rng);
 * console.log(layerNorms(density, rng)); // block, layer, estimate, bound
 * ```
 */
export function layerNorms(model: Pick<FlowModel, 'blocks' | 'blockShapes'>, rng: Rng): LayerNorm[] {
  checkRng('model.layerNorms', rng);
  return model.blocks.flatMap(({ branch }, block) => {
    let shape = model.blockShapes[block]!;
    return (branch.parts ?? []).flatMap((part, layer) => {
      const { estimate, outShape } = normAt(part, shape, rng.split(block).split(layer));
      shape = outShape;
      return 'kernel' in part.params ? [{ block, layer, estimate, bound: part.lipschitzBound() }] : [];
    });
  });
}

/** The norm of the Jacobian at 0. That of a linear layer is the same everywhere. */
function normAt(map: LipschitzMap, shape: Shape, rng: Rng): { estimate: number; outShape: Shape } {
  return noGrad(() =>
    tidy(() => {
      const { y, jacobian } = map.linearize(zeros([1, ...shape]));
      const outShape = y.shape.slice(1);
      if (!('kernel' in map.params)) return { estimate: NaN, outShape };
      const start = rng.normal([1, ...outShape]);
      const { sigma } = powerIteration(jacobian, start, { rtol: 1e-5, maxSteps: 200 });
      return { estimate: sigma.dataSync()[0]!, outShape };
    }),
  );
}
