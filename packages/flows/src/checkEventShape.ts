import type { Shape } from '@iresnet/core';
import { described, ensure } from '@iresnet/core/internal';

/** Refuse what is no event shape, such as a number in its place, or one with too few axes. */
export function checkEventShape(where: string, shape: Shape, least = 0): void {
  ensure(
    Array.isArray(shape) && shape.length >= least,
    where,
    () => `expected an event shape such as [3], got ${described(shape)}`,
  );
}
