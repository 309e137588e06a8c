import { zeros } from '@tensorflow/tfjs-core';
import { noGrad, type Rng, type Shape } from '@iresnet/core';
import type { IResNet } from '@iresnet/model';
import type { LayerFigures } from '@iresnet/report';
import { powerIteration } from '@iresnet/spectral-norm';
import { onHost } from '../rows';

/**
 * The norm of each linear layer of a model, as power iteration finds it and as it is bounded by
 * proof.
 */
export function layerFigures(model: IResNet, rng: Rng): LayerFigures[] {
  return model.flow.blocks.flatMap((block, b) => {
    let shape: Shape = model.flow.blockShapes[b]!;
    return (block.branch.parts ?? []).flatMap((layer, i) => {
      const { kernel } = layer.params;
      if (!kernel) return [];
      const singularValue = onHost(() =>
        noGrad(() => {
          const { jacobian } = layer.linearize(zeros([1, ...shape]));
          shape = jacobian.outShape;
          const start = rng
            .split(b)
            .split(i)
            .normal([1, ...shape]);
          return powerIteration(jacobian, start, { rtol: 1e-5, maxSteps: 200 }).sigma.dataSync()[0]!;
        }),
      );
      return [{ label: `block ${b}, layer ${i}`, singularValue, bound: layer.lipschitzBound() }];
    });
  });
}
