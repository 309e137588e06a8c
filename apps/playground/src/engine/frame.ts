import { tensor2d, tidy } from '@tensorflow/tfjs-core';
import { createRng, noGrad } from '@iresnet/core';
import { kernelDensity } from '@iresnet/evaluation';
import { certify, withoutStandardize, type DenseIResNet } from '@iresnet/model';
import { sample, type Pipeline, type TableSource } from '@iresnet/pipeline';
import { HEAT, type BlockProof, type Samples } from '../protocol';
import { chosen, gridNodes, stagesOf, steepest } from './stages';

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
  /** Of each block. */
  readonly slopes: number[];
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
    slopes: blocks.map((block) => {
      const part = parts.findIndex((known) => known === block);
      return steepest(all[part]!.subarray(points.length), all[part + 1]!.subarray(points.length), width);
    }),
  };
}

/** The centres of the cells of the heat map, in deviations. */
function heatNodes(reach: number): Float32Array {
  const place = (k: number): number => reach * ((2 * k + 1) / HEAT - 1);
  return Float32Array.from({ length: 2 * HEAT * HEAT }, (_, k) =>
    place(k % 2 === 0 ? (k >> 1) % HEAT : Math.floor((k >> 1) / HEAT)),
  );
}

/** ln p on the square, for rows of two columns. */
export function heatOf({ pipeline, reach, columns }: Scene): Float32Array {
  const turned = columns[0] > columns[1];
  const model = innerModel(pipeline);
  return noGrad(() =>
    tidy(() => {
      const nodes = heatNodes(reach);
      if (turned)
        for (let k = 0; k < nodes.length; k += 2) [nodes[k], nodes[k + 1]] = [nodes[k + 1]!, nodes[k]!];
      return model
        .logProb(tensor2d(nodes, [HEAT * HEAT, 2]), createRng(0))
        .dataSync<'float32'>()
        .slice();
    }),
  );
}

/** Draws from the model; for more than two columns also the density of the shown ones, from the draws. */
export async function drawn({
  pipeline,
  source,
  columns,
  reach,
}: Scene): Promise<{ samples: Samples; heat: Float32Array | null }> {
  const width = source.mean.length;
  const { values, converged } = await sample(pipeline, width > 2 ? FOR_DENSITY : SHOWN, { seed: 1 });
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

/** What is proven about each block, now. */
export function proofsOf({ model }: Pipeline, slopes: readonly number[]): BlockProof[] {
  return certify(model.flow).blocks.map(({ lipschitzBound, layers }, i) => ({
    bound: lipschitzBound,
    slope: slopes[i]!,
    layers: layers.map((layer) => layer.lipschitzBound),
  }));
}
