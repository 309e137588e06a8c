import { tensor2d, type Tensor } from '@tensorflow/tfjs-core';
import { kernelDensity, mostProbable } from '@iresnet/evaluation';
import { certify } from '@iresnet/model';
import { sample, score, type Pipeline } from '@iresnet/pipeline';
import type { BlockProof, ClassMap, Samples } from '../protocol';
import { GRID, HEAT } from '../sizes';
import { onHost } from './onHost';
import { chosen, hasColumnMap, inDeviations, innerModel, networkRows, tableOf, type Scene } from './scene';
import { gridNodes, stagesOf, steepest } from './stages';

/** Draws that are shown where rows have two columns, and where their density is drawn from them. */
const SHOWN = 300;
const FOR_DENSITY = 800;

/** The way of the points and of the grid through the network. */
export function stages(scene: Scene): {
  /** Two columns of each row, before the first part and after each. */
  readonly shown: Float32Array[];
  /** The grid in front of each block. */
  readonly grids: Float32Array[];
} {
  const { pipeline, points, columns, reach, units } = scene;
  const width = units.mean.length;
  const grid = gridNodes(width, columns, reach);
  const rows = new Float32Array(points.length + grid.length);
  rows.set(points);
  rows.set(grid, points.length);
  const { parts, blocks } = innerModel(pipeline).flow;
  const inner = stagesOf(parts, networkRows(scene, rows), width);
  // Where the network gets the rows as they are shown, nothing stands in front of it.
  const all = hasColumnMap(scene) ? [rows, ...inner] : [rows, ...inner.slice(1)];
  return {
    shown: all.map((stage) => chosen(stage, width, columns)),
    grids: blocks.map((block) => inner[parts.findIndex((known) => known === block)]!.subarray(points.length)),
  };
}

/** The centres of the cells of the heat map, in deviations. */
function heatNodes(reach: number): Float32Array {
  const place = (k: number): number => reach * ((2 * k + 1) / HEAT - 1);
  return Float32Array.from({ length: 2 * HEAT * HEAT }, (_, k) =>
    place(k % 2 === 0 ? (k >> 1) % HEAT : Math.floor((k >> 1) / HEAT)),
  );
}

/** ln p on the square, and the classes that the network sees there, for rows of two columns. */
export async function heatOf(scene: Scene): Promise<{ heat: Float32Array; classes: ClassMap | null }> {
  const { pipeline, input, reach, columns } = scene;
  const nodes = heatNodes(reach);
  const turned = columns[0] > columns[1];
  const { logProb, probabilities } = await score(
    pipeline,
    tableOf(scene, turned ? chosen(nodes, 2, columns) : nodes),
  );
  const classes = probabilities && winners(probabilities, input.classes.length);
  return { heat: Float32Array.from(logProb!), classes };
}

function winners(probabilities: Float32Array, classes: number): ClassMap {
  const winner = Uint8Array.from(mostProbable(probabilities, classes));
  return { winner, probability: Float32Array.from(winner, (w, i) => probabilities[i * classes + w]!) };
}

/**
 * Draws from the model; for more than two columns also the density of the shown ones, from the
 * draws.
 */
export async function drawn(
  { pipeline, units, columns, reach }: Scene,
  temperature: number,
): Promise<{ samples: Samples; heat: Float32Array | null }> {
  const width = units.mean.length;
  const { values, converged } = await sample(pipeline, width > 2 ? FOR_DENSITY : SHOWN, {
    seed: 1,
    temperature,
  });
  const points = chosen(inDeviations(units, values), width, columns);
  const samples = { points: points.slice(0, 2 * SHOWN), converged: converged.slice(0, SHOWN) };
  return { samples, heat: width > 2 ? smoothed(points, reach) : null };
}

/** A kernel density of draws that are finite, on the square. */
function smoothed(points: Float32Array, reach: number): Float32Array | null {
  const kept = Array.from(points).filter((_, k) =>
    Number.isFinite(points[k - (k % 2)]! + points[k - (k % 2) + 1]!),
  );
  if (kept.length < 20) return null;
  const table = { columns: ['x', 'y'], rows: kept.length / 2, values: Float64Array.from(kept) };
  const { logDensity } = kernelDensity(table, { bandwidth: 0.2 });
  return Float32Array.from(logDensity(Float64Array.from(heatNodes(reach))));
}

/**
 * What is proven about each block and its layers, and how steep each is on the grid in front of it.
 */
export function proofsOf({ model }: Pipeline, grids: readonly Float32Array[]): BlockProof[] {
  const { blocks } = model.flow;
  return certify(model.flow).blocks.map(({ lipschitzBound, layers }, i) => {
    const { branch } = blocks[i]!;
    const grid = grids[i]!;
    const rows = 2 * GRID.lines * GRID.nodes;
    return onHost(() => {
      let at: Tensor = tensor2d(grid, [rows, grid.length / rows]);
      let before = grid;
      const slopes = (branch.parts ?? [branch]).map((part) => {
        at = part.apply(at);
        const after = at.dataSync<'float32'>().slice();
        const slope = steepest(before, after);
        before = after;
        return slope;
      });
      return {
        bound: lipschitzBound,
        slope: steepest(grid, before),
        layers: layers.map((layer, k) => ({ bound: layer.lipschitzBound, slope: slopes[k]! })),
      };
    });
  });
}
