import type { HostKit, HostLinearization } from '@iresnet/core';

/** Half a unit in the last place of float64. */
const UNIT = 2 ** -53;
/** How many units a function of `Math`, or a formula of a few of them, may be off. */
const UNITS_OFF = 16;
/** The step of a difference quotient: its error and that of rounding are of one size. */
const STEP = 2 ** -24;

/** Maps of one example in float64, with bounds of all their rounding. */
export const hostKit: HostKit = {
  identity: { smoothness: 0, linearize: (x) => ({ y: x, yError: 0, product: (v) => v, error: 0 }) },

  /** The Jacobian is A everywhere. */
  linear(products, terms, frobenius, bias) {
    const relative = (terms + 2) * 1.01 * UNIT;
    const shift = bias ? lengthOf(bias) : 0;
    return {
      smoothness: 0,
      linearize(x) {
        const y = products.matvec(x);
        if (bias) for (let i = 0; i < y.length; i++) y[i]! += bias[i]!;
        return {
          y,
          yError: relative * (frobenius * lengthOf(x) + shift),
          product: (v) => products.matvec(v),
          error: relative * frobenius,
        };
      },
    };
  },

  /**
   * The slope is a central difference of σ: with |σ″| ≤ M it is off by at most Mh/2, and by the
   * rounding of σ over h.
   */
  elementwise(sigma, smoothness, lipschitz) {
    return {
      smoothness,
      linearize(x) {
        const y = x.map((t) => sigma(t));
        let error = 0;
        const slopes = x.map((t, i) => {
          const h = STEP * (1 + Math.abs(t));
          const [low, high] = [t - h, t + h];
          const off = UNITS_OFF * UNIT * (Math.abs(t) + h + Math.abs(y[i]!) + lipschitz * h);
          error = Math.max(error, (smoothness * h) / 2 + (2 * off) / (high - low));
          return (sigma(high) - sigma(low)) / (high - low);
        });
        return {
          y,
          yError: UNITS_OFF * UNIT * (lengthOf(x) + lengthOf(y)) + Number.MIN_VALUE,
          product: (v) => v.map((value, i) => value * slopes[i]!),
          error: error + 4 * UNIT * lipschitz,
        };
      },
    };
  },

  /**
   * The Jacobians multiply; M of g ∘ f is M_g L_f² + L_g M_f, and each Jacobian is also off by what
   * the values before it are off.
   */
  sequence(parts) {
    let [reach, smoothness] = [1, 0];
    for (const { map, lipschitz } of parts) {
      smoothness = map.smoothness * reach ** 2 + lipschitz * smoothness;
      reach *= lipschitz;
    }
    return {
      smoothness,
      linearize(x) {
        let [y, yError, error, reach] = [x, 0, 0, 1];
        const products: HostLinearization['product'][] = [];
        for (const { map, lipschitz } of parts) {
          const next = map.linearize(y);
          products.push(next.product);
          error = lipschitz * error + (next.error + map.smoothness * yError) * (reach + error);
          yError = lipschitz * yError + next.yError;
          reach *= lipschitz;
          y = next.y;
        }
        return { y, yError, error, product: (v) => products.reduce((w, product) => product(w), v) };
      },
    };
  },

  beside(parts) {
    return {
      smoothness: Math.hypot(...parts.map(({ map, scale }) => scale * map.smoothness)),
      linearize(x) {
        const all = parts.map(({ map }) => map.linearize(x));
        const joined = (pieces: readonly Float64Array[]): Float64Array =>
          Float64Array.from(pieces.flatMap((piece, k) => Array.from(piece, (v) => parts[k]!.scale * v)));
        const together = (errors: readonly number[]): number =>
          Math.hypot(...errors.map((error, k) => parts[k]!.scale * error));
        const y = joined(all.map((each) => each.y));
        return {
          y,
          yError: together(all.map(({ yError }) => yError)) + 4 * UNIT * lengthOf(y),
          product: (v) => joined(all.map(({ product }) => product(v))),
          // Scales are of order 1, and so are the Lipschitz constants of what they scale.
          error: together(all.map(({ error }) => error)) + 8 * UNIT,
        };
      },
    };
  },
};

function lengthOf(values: ArrayLike<number>): number {
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += values[i]! ** 2;
  return Math.sqrt(squares) * (1 + 2 ** -40);
}
