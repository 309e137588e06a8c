import { softmax, tensor2d, type Tensor } from '@tensorflow/tfjs-core';
import { createRng } from '@iresnet/core';
import { kernelDensity, mostProbable } from '@iresnet/evaluation';
import { certify, withoutStandardize, type DenseIResNet } from '@iresnet/model';
import { sample, type Pipeline, type TableSource } from '@iresnet/pipeline';
import { GRID, HEAT, type BlockProof, type ClassMap, type Point, type Samples } from '../protocol';
import { chosen, gridNodes, stagesOf, steepest } from './stages';
import { onHost } from './onHost';

/** Draws that are shown where rows have two columns, and where their density is drawn from them. */
const SHOWN = 300;
const FOR_DENSITY = 800;

/** What a frame is drawn from. */
export interface Scene {
  readonly pipeline: Pipeline;
  readonly source: TableSource;
  readonly points: Float32Array;
  readonly reach: number;
  readonly columns: readonly [number, number];
}

/** The network on rows in deviations, over the same variables. */
export function innerModel({ model }: Pipeline): DenseIResNet {
  return withoutStandardize(model as DenseIResNet);
}

/** The way of the points and of the grid through the network. */
export function stages({ pipeline, points, columns, reach, source }: Scene): {
  /** Two columns of each row, before the first part and after each. */
  readonly shown: Float32Array[];
  /** The grid in front of each block. */
  readonly grids: Float32Array[];
} {
  const width = source.mean.length;
  const grid = gridNodes(width, columns, reach);
  const rows = new Float32Array(points.length + grid.length);
  rows.set(points);
  rows.set(grid, points.length);
  const { parts, blocks } = innerModel(pipeline).flow;
  const all = stagesOf(parts, rows, width);
  return {
    shown: all.map((stage) => chosen(stage, width, columns)),
    grids: blocks.map((block) => all[parts.findIndex((known) => known === block)]!.subarray(points.length)),
  };
}

/** A row of all columns: the point in the shown ones, the others at their mean. */
export function rowAt({ source, columns }: Scene, [x, y]: Point): number[] {
  const row = new Array<number>(source.mean.length).fill(0);
  [row[columns[0]], row[columns[1]]] = [x, y];
  return row;
}

/** −Σ ln deviation, nats: from a density in deviations to one in the units of the data. */
export const unitsOf = ({ deviation }: TableSource): number =>
  -deviation.reduce((sum, s) => sum + Math.log(s), 0);

/** The centres of the cells of the heat map, in deviations. */
function heatNodes(reach: number): Float32Array {
  const place = (k: number): number => reach * ((2 * k + 1) / HEAT - 1);
  return Float32Array.from({ length: 2 * HEAT * HEAT }, (_, k) =>
    place(k % 2 === 0 ? (k >> 1) % HEAT : Math.floor((k >> 1) / HEAT)),
  );
}

/** ln p on the square, and the classes that the network sees there, for rows of two columns. */
export function heatOf({ pipeline, reach, columns }: Scene): {
  heat: Float32Array;
  classes: ClassMap | null;
} {
  const turned = columns[0] > columns[1];
  const model = innerModel(pipeline);
  return onHost(() => {
    const nodes = heatNodes(reach);
    if (turned)
      for (let k = 0; k < nodes.length; k += 2) [nodes[k], nodes[k + 1]] = [nodes[k + 1]!, nodes[k]!];
    const rows = tensor2d(nodes, [HEAT * HEAT, 2]);
    if (!model.head)
      return { heat: model.logProb(rows, createRng(0)).dataSync<'float32'>().slice(), classes: null };
    const { logProb, logits } = model.logProbAndLogits(rows, createRng(0));
    return {
      heat: logProb.dataSync<'float32'>().slice(),
      classes: winners(softmax(logits).dataSync<'float32'>(), pipeline.input.classes.length),
    };
  });
}

function winners(probabilities: Float32Array, classes: number): ClassMap {
  const winner = Uint8Array.from(mostProbable(probabilities, classes));
  return { winner, probability: Float32Array.from(winner, (w, i) => probabilities[i * classes + w]!) };
}

/** Draws from the model; for more than two columns also the density of the shown ones, from the draws. */
export async function drawn(
  { pipeline, source, columns, reach }: Scene,
  temperature: number,
): Promise<{ samples: Samples; heat: Float32Array | null }> {
  const width = source.mean.length;
  const { values, converged } = await sample(pipeline, width > 2 ? FOR_DENSITY : SHOWN, {
    seed: 1,
    temperature,
  });
  const standard = Float32Array.from(
    values,
    (x, k) => (x - source.mean[k % width]!) / source.deviation[k % width]!,
  );
  const points = chosen(standard, width, columns);
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

/** What is proven about each block and its layers, and how steep each is on the grid in front of it. */
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
