import * as tf from '@tensorflow/tfjs';
import { createRng } from '@iresnet/core';
import { gaussianDensity } from '@iresnet/evaluation';
import { iResNet } from '@iresnet/model';
import { determinant, inverse, Matrix } from 'ml-matrix';
import { beforeAll, describe, expect, test } from 'vitest';
import { defaultRecipe, reconstruct, sample, score, tableSource, train, type Recipe } from '../src';
import { hostMap } from '../src/columns/hostMap';
import { correlationFactor } from '../src/columns/whitening';
import { momentsOf } from '../src/source/moments';

/**
 * Shares that add up to 1 but for 1e-4: a direction in which rows vary 1e4 times less than in
 * others.
 */
function shares(rows: number) {
  const draws = createRng(3).normal([rows, 3]).dataSync();
  const values = new Float64Array(3 * rows);
  for (let i = 0; i < rows; i++) {
    const [a, b] = [0.3 + 0.1 * draws[3 * i]!, 0.4 + 0.05 * draws[3 * i + 1]!];
    values.set([a, b, 1 - a - b + 1e-5 * draws[3 * i + 2]!], 3 * i);
  }
  return { columns: ['a', 'b', 'c'], rows, values };
}

const table = shares(240);
const recipe: Recipe = {
  ...defaultRecipe('table'),
  steps: 1,
  learningRate: 1e-12,
  noise: 0.01,
  model: {
    kind: 'dense',
    flow: { blocks: 1, hidden: [4], activation: 'sin', coefficient: 0.9, actNorm: false },
  },
};
const source = tableSource('shares', table, recipe);

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('the whitening of a table', () => {
  test('has rows with the correlations of the identity', () => {
    const { mean, deviation, factor, training } = source;
    const host = hostMap({ mean, deviation, factor: factor! });
    const z = Array.from({ length: training.count }, (_, i) =>
      host.toModel(training.data.values.subarray(3 * i, 3 * i + 3)),
    );
    for (let i = 0; i < 3; i++)
      for (let j = 0; j <= i; j++) {
        const mean = z.reduce((sum, row) => sum + row[i]! * row[j]!, 0) / z.length;
        expect(mean).toBeCloseTo(i === j ? 1 : 0, 6);
      }
  });

  test('comes back to the last digits, and its volume is that of its derivative', () => {
    const { mean, deviation, factor } = source;
    const host = hostMap({ mean, deviation, factor: factor! });
    const row = table.values.subarray(0, 3);
    const z = host.toModel(row);
    const back = host.toData(z);
    const error = Math.hypot(...back.map((value, j) => value - row[j]!));
    expect(error).toBeLessThanOrEqual(host.errorBound(row, z, 0));
    expect(host.errorBound(row, z, 0)).toBeLessThan(1e-13);
    // x is linear in z and triangular, so that its determinant is the product of three differences.
    const slope = (j: number): number => {
      const moved = z.slice();
      moved[j]! += 1;
      return host.toData(moved)[j]! - back[j]!;
    };
    expect(host.logVolume(row)).toBeCloseTo(Math.log(slope(0) * slope(1) * slope(2)), 9);
  });

  test('makes a flow of one small block nearly the Gaussian of the rows, thin as they are', async () => {
    // A branch of nearly 0 leaves the latent as it is.
    const { pipeline } = await train(source, recipe);
    for (const [name, variable] of Object.entries(pipeline.model.params))
      if (name.startsWith('flow.bijector.') && variable.trainable) variable.assign(tf.zerosLike(variable));
    pipeline.model.refresh?.();
    const { logProb } = await score(pipeline, source.heldOut.data);
    const gaussian = gaussianDensity(source.training.data).logDensity(source.heldOut.data.values);
    const largest = Math.max(...gaussian.map((value, i) => Math.abs(value - logProb![i]!)));
    // The latent has some 1e-7 of float32, times |z|.
    expect(largest).toBeLessThan(1e-4);
  });

  test('is undone by samples and reconstructions, within the bound', async () => {
    const { pipeline } = await train(source, recipe);
    // Nearer to the mean, so that no share falls to its end, which is 0, away from the sum of 1.
    const drawn = await sample(pipeline, 200, { seed: 1, temperature: 0.6 });
    const sums = Array.from({ length: 200 }, (_, i) =>
      Array.from(drawn.values.subarray(3 * i, 3 * i + 3)).reduce((sum, value) => sum + value, 0),
    );
    // Ten deviations of the thin direction.
    for (const sum of sums) expect(Math.abs(sum - 1)).toBeLessThan(1e-4);
    const { maxError, errorBound } = await reconstruct(pipeline, source.heldOut.data);
    maxError.forEach((error, i) => expect(error).toBeLessThanOrEqual(errorBound[i]!));
    expect(Math.max(...maxError)).toBeLessThan(1e-6);
  });

  test('stands in the configuration, so that the network alone has the same density', async () => {
    const { pipeline } = await train(source, recipe);
    const rows = 5;
    const x = tf.tensor2d(Float32Array.from(source.heldOut.data.values.subarray(0, 3 * rows)), [rows, 3]);
    const device = pipeline.model.logProb(x, createRng(1)).dataSync();
    const { logProb } = await score(pipeline, {
      ...source.heldOut.data,
      rows,
      values: Float64Array.from(x.dataSync()),
    });
    // float32 has 1e-7 of a value, a thousandth of the thin deviation of 1e-5.
    device.forEach((value, i) => expect(Math.abs(value - logProb![i]!)).toBeLessThan(0.2));
  });

  test('is refused where it is not triangular', () => {
    const config = {
      kind: 'dense',
      head: null,
      flow: {
        ...recipe.model.flow,
        dimension: 2,
        logDet: 'exact',
        standardize: { mean: [0, 0], deviation: [1, 1], factor: [1, 0.5, 0.5, 1] },
      },
    };
    expect(() => iResNet(config as never, createRng(1))).toThrow(
      /expected a lower triangular factor of 2 × 2/,
    );
  });
});

describe('the whitening of few rows', () => {
  /** d columns with a common part, which makes all their correlations r. */
  const common = (rows: number, d: number, r: number) => {
    const draws = createRng(7)
      .normal([rows, d + 1])
      .dataSync();
    const values = Float64Array.from({ length: rows * d }, (_, k) => {
      const [i, j] = [Math.floor(k / d), k % d];
      return Math.sqrt(r) * draws[i * (d + 1)]! + Math.sqrt(1 - r) * draws[i * (d + 1) + 1 + j]!;
    });
    return { columns: Array.from({ length: d }, (_, j) => `x${j}`), rows, values };
  };
  const inDeviations = (table: ReturnType<typeof common>) => {
    const moments = momentsOf('rows', table);
    const { toModel } = hostMap(moments);
    const d = table.columns.length;
    const z = Array.from({ length: table.rows }, (_, i) =>
      Array.from(toModel(table.values.subarray(i * d, (i + 1) * d))),
    );
    return { moments, z: new Matrix(z) };
  };
  const covariance = (z: Matrix, lambda: number) => {
    const r = z
      .transpose()
      .mmul(z)
      .div(z.rows)
      .mul(1 - lambda);
    return r.add(Matrix.eye(z.columns).mul(lambda));
  };
  /** ln N of each row, by an inverse and a determinant, less the constant. */
  const likelihood = (z: Matrix, of: Matrix): number => {
    const square = z.mmul(inverse(of)).mul(z).sum();
    return -square / 2 - (z.rows / 2) * Math.log(determinant(of));
  };

  test.each([
    [30, 6, 0.5],
    [60, 6, 0.9],
    [250, 6, 0.5],
    [20, 8, 0.1],
  ])('%i rows of %i columns with correlations %f: the λ of cross-validation', (rows, d, r) => {
    const table = common(rows, d, r);
    const { moments, z } = inDeviations(table);
    const fold = (f: number, of: boolean) =>
      z.selection(
        Array.from({ length: rows }, (_, i) => i).filter((i) => (i % 5 === f) === of),
        Array.from({ length: d }, (_, j) => j),
      );
    const scores = [0, 0.003, 0.01, 0.03, 0.1, 0.2, 0.4, 0.7, 1].map((lambda) => ({
      lambda,
      score: [0, 1, 2, 3, 4]
        .map((f) => likelihood(fold(f, true), covariance(fold(f, false), lambda)))
        .reduce((a, b) => a + b),
    }));
    const { lambda } = scores.reduce((best, next) => (next.score > best.score ? next : best));
    const factor = correlationFactor(table, moments);
    if (lambda === 1) {
      expect(factor).toBe(null);
      return;
    }
    const c = Matrix.from1DArray(d, d, factor!);
    // Float64, but for the rounding of a Cholesky factor.
    expect(Matrix.sub(c.mmul(c.transpose()), covariance(z, lambda)).norm()).toBeLessThan(1e-12);
  });

  test('new rows are likelier than under the plain correlations', () => {
    const all = common(1030, 8, 0.5);
    const few = { ...all, rows: 30, values: all.values.subarray(0, 240) };
    const { moments, z } = inDeviations(few);
    const { toModel } = hostMap(moments);
    const fresh = new Matrix(
      Array.from({ length: 1000 }, (_, i) =>
        Array.from(toModel(all.values.subarray(240 + 8 * i, 248 + 8 * i))),
      ),
    );
    const c = Matrix.from1DArray(8, 8, correlationFactor(few, moments)!);
    const gain = likelihood(fresh, c.mmul(c.transpose())) - likelihood(fresh, covariance(z, 0));
    expect(gain / 1000).toBeGreaterThan(0.15);
  });

  test('many rows, and what follows from others, are taken as they are', () => {
    const { mean, deviation } = source;
    const c = Matrix.from1DArray(3, 3, correlationFactor(source.training.data, { mean, deviation })!);
    const { z } = inDeviations(source.training.data as ReturnType<typeof common>);
    expect(Matrix.sub(c.mmul(c.transpose()), covariance(z, 0)).norm()).toBeLessThan(1e-9);
    const short = { ...table, rows: 60, values: table.values.subarray(0, 180) };
    const factor = correlationFactor(short, momentsOf('rows', short))!;
    expect(factor[8]!).toBeLessThan(1e-3);
  });
});
