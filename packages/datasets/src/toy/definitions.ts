import { checkerboard } from './checkerboard';
import { cosine, line, moons, rings, swissroll, twoSpirals } from './curves';
import { eightGaussians } from './eightGaussians';
import { pinwheel } from './pinwheel';
import type { ToyDefinition } from './toyDefinition';

/** The distributions on the plane by name, in the order in which they are listed. */
export const toyDefinitions = {
  moons,
  pinwheel,
  checkerboard,
  '8gaussians': eightGaussians,
  swissroll,
  rings,
  '2spirals': twoSpirals,
  line,
  cosine,
} as const satisfies Readonly<Record<string, ToyDefinition>>;

/** The names that `toy2d` knows. */
export type Toy2dName = keyof typeof toyDefinitions;
