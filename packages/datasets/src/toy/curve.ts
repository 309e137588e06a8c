import type { Rng } from '@iresnet/core';
import type { ToyDefinition } from './toyDefinition';
import { gaussLegendre, normalPair } from './numeric';

/** A parametrised piece of curve, t ∈ [from, to], with a distribution of t. */
export interface Arc {
  readonly from: number;
  readonly to: number;
  at(t: number): readonly [number, number];
  /** Density of t and its quantile function; uniform when absent. */
  readonly parameter?: { density(t: number): number; quantile(u: number): number };
}

/** Nodes of a panel, and the length of a panel in units of the noise. */
const NODES = 16;
const PANEL = 2;
/** Terms below exp(−40) of the greatest are left out: with 5,000 of them, 2e-14 of the sum. */
const NEGLIGIBLE = 40;

/**
 * Arcs with equal weight, plus Gaussian noise of standard deviation σ:
 * p(x) = mean over arcs of ∫ q(t) N(x; c(t), σ²I) dt.
 *
 * The integral is a composite Gauss–Legendre rule of 16 nodes on panels at most 2σ long, summed as
 * exponents. The error of log p is below 1e-12 where the mass is, and below 1e-6 everywhere in the
 * bounds; far outside, where the integrand is a spike narrower than a panel, only the leading term
 * −dist²/2σ² is right. Panels too far from x to count are skipped.
 */
export function curveWithNoise(
  title: string,
  halfWidth: number,
  sigma: number,
  arcs: readonly Arc[],
): ToyDefinition {
  let rule: Panel[] | undefined;
  return {
    title,
    halfWidth,
    scale: sigma,
    draw(rng: Rng) {
      const arc = arcs[rng.nextInt(arcs.length)]!;
      const u = rng.next();
      const t = arc.parameter?.quantile(u) ?? arc.from + (arc.to - arc.from) * u;
      const [x, y] = arc.at(t);
      const [dx, dy] = normalPair(rng);
      return [x + sigma * dx, y + sigma * dy];
    },
    logDensityAt(x, y) {
      rule ??= arcs.flatMap((arc) => panelsOf(arc, sigma, Math.log(arcs.length)));
      const half = 1 / (2 * sigma * sigma);
      // Each panel holds a node whose exponent is at most this.
      let least = Infinity;
      for (const { x: cx, y: cy, radius, cost } of rule) {
        least = Math.min(least, half * (Math.sqrt((x - cx) ** 2 + (y - cy) ** 2) + radius) ** 2 + cost);
      }
      if (least === Infinity) return -Infinity;
      let sum = 0;
      for (const { x: cx, y: cy, radius, cost, nodes } of rule) {
        const gap = Math.max(0, Math.sqrt((x - cx) ** 2 + (y - cy) ** 2) - radius);
        if (half * gap * gap + cost > least + NEGLIGIBLE) continue;
        for (let i = 0; i < nodes.length; i += 3) {
          const dx = x - nodes[i]!;
          const dy = y - nodes[i + 1]!;
          const exponent = half * (dx * dx + dy * dy) + nodes[i + 2]!;
          if (exponent < least) {
            sum *= Math.exp(exponent - least);
            least = exponent;
          }
          sum += Math.exp(least - exponent);
        }
      }
      return Math.log(sum) - least - Math.log(2 * Math.PI * sigma * sigma);
    },
  };
}

/** A panel of the quadrature: a circle that holds its nodes, and the least −log weight of them. */
interface Panel {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly cost: number;
  /** x, y and −log weight of each node. */
  readonly nodes: Float64Array;
}

/** The panels of an arc; `shared` is the log of the number of arcs that share the weight. */
function panelsOf(arc: Arc, sigma: number, shared: number): Panel[] {
  const { nodes: places, weights } = gaussLegendre(NODES);
  const count = Math.ceil(longestStretch(arc) / (PANEL * sigma));
  const half = (arc.to - arc.from) / (2 * count);
  return Array.from({ length: count }, (_, panel) => {
    const middle = arc.from + (2 * panel + 1) * half;
    const [x, y] = arc.at(middle);
    const nodes = new Float64Array(3 * NODES);
    let radius = 0;
    let cost = Infinity;
    places.forEach((place, k) => {
      const t = middle + half * place;
      const density = arc.parameter?.density(t) ?? 1 / (arc.to - arc.from);
      const [nx, ny] = arc.at(t);
      const nodeCost = shared - Math.log(weights[k]! * half * density);
      nodes.set([nx, ny, nodeCost], 3 * k);
      radius = Math.max(radius, Math.hypot(nx - x, ny - y));
      cost = Math.min(cost, nodeCost);
    });
    return { x, y, radius, cost, nodes };
  });
}

/**
 * (to − from) × the greatest speed |c′(t)|, from chords: panels equal in t are then nowhere too
 * long.
 */
function longestStretch(arc: Arc): number {
  const pieces = 256;
  const step = (arc.to - arc.from) / pieces;
  let longest = 0;
  let [x, y] = arc.at(arc.from);
  for (let i = 1; i <= pieces; i++) {
    const [nextX, nextY] = arc.at(arc.from + i * step);
    longest = Math.max(longest, Math.hypot(nextX - x, nextY - y));
    [x, y] = [nextX, nextY];
  }
  return longest * pieces;
}
