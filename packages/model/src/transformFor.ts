import { fill, stack, tidy } from '@tensorflow/tfjs-core';
import type { Bijector, Shape } from '@iresnet/core';
import { ensure, readsLater } from '@iresnet/core/internal';
import { transformFromSpec, type TransformSpec } from '@iresnet/flows';

/**
 * The transform that a configuration names, tried on constant inputs; null for none.
 *
 * @param values - Values that the transform must be able to take.
 * @throws IResNetError when it does not fit inputs of that shape, or is not finite at such a value.
 */
export function transformFor(
  where: string,
  spec: TransformSpec = 'none',
  shape: Shape,
  values: readonly number[],
): Bijector | null {
  const transform = transformFromSpec(spec);
  if (!transform) return null;
  const found = tidy(() => {
    const y = transform.forward(stack(values.map((value) => fill([...shape], value))));
    ensure(
      y.shape.slice(1).join() === shape.join(),
      where,
      () => `expected a transform that keeps the shape [${shape}], got [${y.shape.slice(1)}]`,
    );
    // Where nothing is read back at once, a loss that is not finite tells.
    return readsLater() ? [] : Array.from(y.dataSync<'float32'>());
  });
  ensure(
    found.every(Number.isFinite),
    where,
    () =>
      `expected a transform that is finite from ${values[0]!} to ${values.at(-1)!}, got ${JSON.stringify(spec)}`,
  );
  return transform;
}
