import { tidy, zeros } from '@tensorflow/tfjs-core';
import { noGrad, type LipschitzMap, type Shape } from '@iresnet/core';

/** The channels that a map gives for an event shape: a concatenated activation doubles them. */
export function outWidth(map: LipschitzMap, shape: Shape): number {
  return noGrad(() => tidy(() => map.apply(zeros([1, ...shape])).shape.at(-1)!));
}
