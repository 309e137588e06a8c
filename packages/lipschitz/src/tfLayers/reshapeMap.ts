import { reshape, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { eventSize, type LipschitzMap, type Shape } from '@iresnet/core';
import { checkTensor, ensure } from '@iresnet/core/internal';
import { exactly } from '../rounding';

/** x in another event shape. It keeps every length: Lipschitz constant 1. */
export function reshapeMap(inShape: Shape, outShape: Shape): LipschitzMap {
  const where = 'lipschitz.fromLayers';
  ensure(
    eventSize(inShape) === eventSize(outShape),
    where,
    () => `expected a reshape that keeps the number of values, got [${inShape}] → [${outShape}]`,
  );
  const to = (shape: Shape, from: Shape) => (x: Tensor) =>
    tidy(() => reshape(x, [...x.shape.slice(0, x.rank - from.length), ...shape]));
  const forward = to(outShape, inShape);
  const apply = (x: Tensor): Tensor => {
    checkTensor(where, 'x', x);
    ensure(
      x.shape.slice(1).join() === inShape.join(),
      where,
      () => `expected x of shape [B,${inShape}], got [${x.shape}]`,
    );
    return forward(x);
  };
  return {
    params: {},
    dispose: () => undefined,
    lipschitzBound: () => 1,
    apply,
    applyWithRounding: exactly(apply),
    linearize: (x) => ({
      y: apply(x),
      jacobian: { inShape, outShape, matvec: forward, rmatvec: to(inShape, outShape) },
    }),
  };
}
