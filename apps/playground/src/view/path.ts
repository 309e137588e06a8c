import type { Part } from '../protocol';
import { GRID } from '../sizes';

/** The stage before a place on the path, and how far it is to the next one. */
export interface Place {
  readonly stage: number;
  readonly share: number;
}

/** How long each part of the path takes: a change of scale is shown quicker than a block. */
const weights = { columns: 0.6, scale: 0.35, block: 1, fixed: 0.35 } as const;

/** The place at `at`, from 0 (data) to 1 (latent). */
export function placeAt(parts: readonly Part[], at: number): Place {
  const total = parts.reduce((sum, { kind }) => sum + weights[kind], 0);
  let rest = at * total;
  for (const [stage, { kind }] of parts.entries()) {
    if (rest <= weights[kind]) return { stage, share: rest / weights[kind] };
    rest -= weights[kind];
  }
  return { stage: Math.max(0, parts.length - 1), share: parts.length > 0 ? 1 : 0 };
}

/** What a place is called. */
export function nameOf(parts: readonly Part[], at: number): string {
  if (at <= 0 || parts.length === 0) return 'data';
  if (at >= 1) return 'latent';
  const { stage } = placeAt(parts, at);
  const { kind, block } = parts[stage]!;
  if (kind === 'columns') return 'even columns';
  const blocks = parts.filter((part) => part.kind === 'block').length;
  if (kind === 'block') return `block ${block + 1} of ${blocks}`;
  const next = parts.slice(stage).find((part) => part.kind === 'block');
  return next ? `scale ${next.block + 1}` : 'last scale';
}

/**
 * All points at a place: x + t g(x) within a block. With Lip(g) < 1 each such map has an inverse
 * too, so nothing tears on the way.
 */
export function pointsAt(stages: readonly Float32Array[], { stage, share }: Place): Float32Array {
  const [a, b] = [stages[stage]!, stages[stage + 1] ?? stages[stage]!];
  if (share === 0) return a;
  // A loop, since this is done for each frame of the screen and `from` takes ten times as long.
  const points = new Float32Array(a.length);
  for (let k = 0; k < a.length; k++) points[k] = a[k]! + share * (b[k]! - a[k]!);
  return points;
}

/** The corners of the cells of the grid that are turned over: the map is folded there. */
export function folds(nodes: Float32Array): number[][] {
  const found: number[][] = [];
  // Every fourth node of a line makes cells as wide as high.
  const every = (GRID.nodes - 1) / (GRID.lines - 1);
  const at = (line: number, node: number): number => 2 * (line * GRID.nodes + node * every);
  for (let line = 0; line + 1 < GRID.lines; line++)
    for (let node = 0; node + 1 < GRID.lines; node++) {
      const [p, q] = [at(line, node), at(line + 1, node + 1)];
      const [r, s] = [at(line, node + 1), at(line + 1, node)];
      // Half the cross product of the diagonals p q and r s is the signed area.
      const area =
        (nodes[q]! - nodes[p]!) * (nodes[s + 1]! - nodes[r + 1]!) -
        (nodes[q + 1]! - nodes[p + 1]!) * (nodes[s]! - nodes[r]!);
      if (area < 0) found.push([p, r, q, s].flatMap((k) => [nodes[k]!, nodes[k + 1]!]));
    }
  return found;
}
