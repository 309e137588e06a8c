import type { ToyDefinition } from './toyDefinition';
import { logMeanExp, normalPair } from './numeric';

const arms = 5;
const rate = 0.25;
const radialStd = 0.3;
const tangentialStd = 0.1;
const logNormalizer = Math.log(2 * Math.PI * radialStd * tangentialStd);

/** The angle by which arm k turns a point at distance ρ from the origin. */
function turn(k: number, rho: number): number {
  // The cap keeps e^ρ finite, far beyond any mass.
  return (2 * Math.PI * k) / arms + rate * Math.exp(Math.min(rho, 700));
}

/**
 * x = 2 R(−2πk/5 − ¼e^ρ) f with f ~ N((1, 0), diag(0.3², 0.1²)), ρ = ‖f‖, and k one of five arms.
 *
 * A turn by an angle that depends on the radius alone preserves area and keeps ρ, so that p(x) = ⅕
 * Σₖ N(R(2πk/5 + ¼e^ρ) x/2; (1, 0), diag(0.3², 0.1²)) / 4 with ρ = ‖x‖/2. The usual definition
 * turns by ¼e^{f₁}, which is not one-to-one; f₁ and ρ differ by f₂²/2f₁, about 0.005.
 */
export const pinwheel: ToyDefinition = {
  title: 'five curved arms',
  halfWidth: 6,
  scale: 0.1,
  draw(rng) {
    const k = rng.nextInt(arms);
    const [a, b] = normalPair(rng);
    const f1 = 1 + radialStd * a;
    const f2 = tangentialStd * b;
    const angle = turn(k, Math.hypot(f1, f2));
    const c = 2 * Math.cos(angle);
    const s = 2 * Math.sin(angle);
    return [c * f1 + s * f2, c * f2 - s * f1];
  },
  logDensityAt(x, y) {
    const rho = Math.hypot(x, y) / 2;
    const exponents = Array.from({ length: arms }, (_, k) => {
      const angle = turn(k, rho);
      const c = Math.cos(angle) / 2;
      const s = Math.sin(angle) / 2;
      const a = (c * x - s * y - 1) / radialStd;
      const b = (s * x + c * y) / tangentialStd;
      return -(a * a + b * b) / 2;
    });
    return logMeanExp(exponents) - logNormalizer - Math.log(4);
  },
};
