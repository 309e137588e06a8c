import type { ToyDefinition } from './toyDefinition';
import { logMeanExp, normalPair } from './numeric';

/** The field divides by this number, not by √2. */
const shrink = 1.414;
const sigma = 0.5 / shrink;
const centres = Array.from({ length: 8 }, (_, k) => {
  const angle = (k * Math.PI) / 4;
  return [(4 / shrink) * Math.cos(angle), (4 / shrink) * Math.sin(angle)] as const;
});
const logNormalizer = Math.log(2 * Math.PI * sigma * sigma);

/**
 * Eight Gaussians with equal weight on a circle of radius 4/1.414, σ = 0.5/1.414: p(x) = ⅛ Σ N(x;
 * cₖ, σ²I).
 */
export const eightGaussians: ToyDefinition = {
  title: 'eight Gaussians on a circle',
  halfWidth: 5,
  scale: sigma,
  draw(rng) {
    const [x, y] = centres[rng.nextInt(centres.length)]!;
    const [dx, dy] = normalPair(rng);
    return [x + sigma * dx, y + sigma * dy];
  },
  logDensityAt(x, y) {
    const exponents = centres.map(([cx, cy]) => -((x - cx) ** 2 + (y - cy) ** 2) / (2 * sigma * sigma));
    return logMeanExp(exponents) - logNormalizer;
  },
};
