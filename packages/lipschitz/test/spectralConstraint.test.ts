import * as tf from '@tensorflow/tfjs';
import { createRng, type Shape } from '@iresnet/core';
import { checkNoLeak, singularValues } from '@iresnet/testing';
import { describe, expect, test } from 'vitest';
import { applySpectralConstraints, fromLayers, spectralConstraint } from '../src';

/** The norm of the linear part of a layer without bias, in float64. */
function normOf(layer: tf.layers.Layer, shape: Shape): number {
  const size = shape.reduce((product, n) => product * n, 1);
  const columns = layer.apply(tf.reshape(tf.eye(size), [size, ...shape])) as tf.Tensor;
  return singularValues(tf.reshape(columns, [size, -1]).arraySync() as number[][])[0]!;
}

const dense = (options: Partial<Parameters<typeof tf.layers.dense>[0]> = {}) =>
  tf.layers.dense({
    units: 4,
    inputShape: [5],
    useBias: false,
    kernelConstraint: spectralConstraint({ coefficient: 0.8 }),
    ...options,
  });
const conv = (options: Partial<Parameters<typeof tf.layers.conv2d>[0]> = {}) =>
  tf.layers.conv2d({
    filters: 3,
    kernelSize: 3,
    inputShape: [6, 5, 2],
    useBias: false,
    kernelConstraint: spectralConstraint({ coefficient: 0.7 }),
    ...options,
  });

describe.each([
  ['dense', [5], 0.8, () => dense()],
  ['conv same', [6, 5, 2], 0.7, () => conv({ padding: 'same' })],
  ['conv valid of stride 2', [6, 5, 2], 0.7, () => conv({ padding: 'valid', strides: 2 })],
] as const)('%s', (_name, shape, coefficient, make) => {
  test('a weight that is set is scaled to its bound; one below it is left alone, bit for bit', () => {
    const layer = make();
    const model = tf.sequential({ layers: [layer] });
    const [{ shape: size }] = model.getWeights() as [tf.Tensor];
    const large = tf.mul(3, createRng(1).normal(size));
    model.setWeights([large]);
    expect(fromLayers(model).lipschitzBound()).toBeLessThanOrEqual(coefficient);
    expect(normOf(layer, shape)).toBeLessThanOrEqual(coefficient * (1 + 1e-6)); // float32 products
    const [held] = model.getWeights() as [tf.Tensor];
    // Only the scale has changed.
    const factor = tf.div(held, large);
    expect(tf.max(factor).dataSync()[0]).toBeCloseTo(tf.min(factor).dataSync()[0]!, 6);
    const small = tf.mul(1e-3, createRng(2).normal(size));
    model.setWeights([small]);
    expect(model.getWeights()[0]!.arraySync()).toEqual(small.arraySync());
    applySpectralConstraints(model);
    expect(model.getWeights()[0]!.arraySync()).toEqual(small.arraySync());
  });

  test('training by model.fit keeps the bound, with the callback; without it TensorFlow.js does not', async () => {
    const losses: number[] = [];
    for (const constrained of [true, false]) {
      const layer = make();
      const model = tf.sequential({
        layers: [layer, ...(shape.length > 1 ? [tf.layers.flatten()] : []), tf.layers.dense({ units: 1 })],
      });
      model.compile({ optimizer: tf.train.adam(0.3), loss: 'meanSquaredError' });
      const x = createRng(3).normal([32, ...shape]);
      const y = tf.mul(50, tf.sum(tf.reshape(x, [32, -1]), 1, true));
      const callbacks = constrained ? { onBatchEnd: () => applySpectralConstraints(model) } : {};
      const { history } = await model.fit(x, y, { epochs: 6, batchSize: 8, verbose: 0, callbacks });
      const loss = history['loss'] as number[];
      losses.push(loss[loss.length - 1]! / loss[0]!);
      if (constrained) expect(normOf(layer, shape)).toBeLessThanOrEqual(coefficient * (1 + 1e-6));
      // When this fails, TensorFlow.js has learned to do it, and the callback is no longer needed.
      else expect(normOf(layer, shape)).toBeGreaterThan(2 * coefficient);
    }
    expect(losses[0]).toBeLessThan(1);
  });

  test('a map of its layers keeps the bound by refresh and enforceBounds', () => {
    const layer = make();
    const model = tf.sequential({ layers: [layer, tf.layers.activation({ activation: 'tanh' })] });
    const map = fromLayers(model);
    const optimizer = tf.train.sgd(10);
    const x = createRng(4).normal([8, ...shape]);
    for (const keep of [map.refresh, map.enforceBounds]) {
      optimizer.minimize(() => tf.neg(tf.sum(map.apply(x))) as tf.Scalar);
      expect(map.lipschitzBound()).toBeGreaterThan(coefficient);
      keep();
      expect(map.lipschitzBound()).toBeLessThanOrEqual(coefficient);
      expect(normOf(layer, shape)).toBeLessThanOrEqual(coefficient * (1 + 1e-6));
    }
    map.dispose();
  });

  test('a saved model has it, and goes on with it when it is loaded', async () => {
    const model = tf.sequential({ layers: [make()] });
    applySpectralConstraints(model); // loading does it, so that what was within its bound is the same
    let saved: tf.io.ModelArtifacts | null = null;
    await model.save(
      tf.io.withSaveHandler((artifacts) => {
        saved = artifacts;
        return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } });
      }),
    );
    // As a file would give it.
    const { weightData, ...rest } = saved! as tf.io.ModelArtifacts;
    const artifacts = {
      ...(JSON.parse(JSON.stringify(rest)) as tf.io.ModelArtifacts),
      weightData: weightData!,
    };
    expect(JSON.stringify(artifacts.modelTopology)).toContain('SpectralConstraint');
    const copy = (await tf.loadLayersModel(tf.io.fromMemory(artifacts))) as tf.Sequential;
    const x = createRng(5).normal([2, ...shape]);
    expect((copy.predict(x) as tf.Tensor).arraySync()).toEqual((model.predict(x) as tf.Tensor).arraySync());
    copy.setWeights([tf.mul(9, copy.getWeights()[0]!)]);
    expect(fromLayers(copy).lipschitzBound()).toBeLessThanOrEqual(coefficient);
    // The constraint holds for every image size, the bound of the map for its own.
    expect(fromLayers(copy).lipschitzBound()).toBeGreaterThan(0.85 * coefficient);
  });
});

test('models within models are included; weights with another constraint, or none, are left alone', () => {
  const inner = tf.sequential({ layers: [dense(), tf.layers.dense({ units: 2 })] });
  const other = tf.layers.dense({ units: 3, kernelConstraint: tf.constraints.nonNeg() });
  const model = tf.sequential({ layers: [inner, other] });
  const variables = model.weights.map((w) => (w as unknown as { val: tf.Variable }).val);
  for (const v of variables) v.assign(tf.fill(v.shape, -9));
  applySpectralConstraints(model);
  const [first, ...rest] = variables.map((v) => v.dataSync());
  expect(first![0]).toBeGreaterThan(-0.8);
  for (const values of rest) expect(Array.from(values)).toEqual(Array.from(values, () => -9));
});

test('apply leaves its argument and nothing else; NaN goes through', () => {
  const constraint = spectralConstraint();
  expect(constraint.getConfig()).toEqual({ coefficient: 0.9 });
  const w = tf.tensor2d([[3, 0], [0, 4]]); // prettier-ignore
  checkNoLeak(() => constraint.apply(w));
  const held = constraint.apply(w).arraySync() as number[][];
  expect(held[1]![1]).toBeCloseTo(0.9, 5);
  expect(held[0]![0]).toBeCloseTo(0.675, 5);
  expect(w.arraySync()).toEqual([[3, 0], [0, 4]]); // prettier-ignore
  expect(constraint.apply(tf.tensor2d([[NaN]])).dataSync()[0]).toBeNaN();
  const zero = tf.zeros([3, 2]);
  expect(constraint.apply(zero).arraySync()).toEqual(zero.arraySync());
});

test('a caller’s mistakes', () => {
  expect(() => spectralConstraint({ coefficent: 1 } as never)).toThrow(
    "lipschitz.spectralConstraint: expected the options coefficient, got 'coefficent' (did you mean 'coefficient'?)",
  );
  for (const coefficient of [0, -1, NaN, Infinity]) {
    expect(() => spectralConstraint({ coefficient })).toThrow(
      `lipschitz.spectralConstraint: expected a finite coefficient > 0, got ${coefficient}`,
    );
  }
  expect(() => spectralConstraint().apply(tf.zeros([3]))).toThrow(
    'lipschitz.spectralConstraint: expected the kernel of a dense layer or a convolution, got shape [3]',
  );
});
