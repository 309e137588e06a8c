import * as tf from '@tensorflow/tfjs';
import { createRng, materialize, trainableParams, type Shape } from '@iresnet/core';
import { checkLipschitz, checkMap, checkNoLeak, checkOperator, singularValues } from '@iresnet/testing';
import { describe, expect, test } from 'vitest';
import { fromLayers } from '../src';

const valuesOf = (t: tf.Tensor) => Array.from(t.dataSync());
const largest = (t: tf.Tensor) => tf.max(tf.abs(t)).dataSync()[0]!;

/** The same weights in every run; tf.layers draws them without a seed. */
function seeded(model: tf.Sequential, seed: number, scale = 0.7): tf.Sequential {
  const rng = createRng(seed);
  const weights = model.getWeights().map((w) => tf.mul(scale, rng.normal(w.shape)));
  model.setWeights(weights);
  return model;
}

const conv = (options: Partial<Parameters<typeof tf.layers.conv2d>[0]>) =>
  tf.layers.conv2d({ filters: 3, kernelSize: 3, padding: 'same', ...options });

/** Smooth models first: finite differences are a truth for these. */
const smooth: Record<string, { shape: Shape; layers: () => tf.layers.Layer[] }> = {
  'dense with tanh and sigmoid': {
    shape: [3],
    layers: () => [
      tf.layers.dense({ units: 4, inputShape: [3], activation: 'tanh' }),
      tf.layers.dense({ units: 2, activation: 'sigmoid' }),
    ],
  },
  'dense without bias, softplus, swish, gelu': {
    shape: [3],
    layers: () => [
      tf.layers.dense({ units: 5, inputShape: [3], useBias: false, activation: 'softplus' }),
      tf.layers.dense({ units: 4, activation: 'swish' }),
      tf.layers.activation({ activation: 'gelu' as 'relu' }),
    ],
  },
  'dense on the last axis of images, softsign': {
    shape: [2, 2, 3],
    layers: () => [tf.layers.dense({ units: 2, inputShape: [2, 2, 3], activation: 'softsign' })],
  },
  'conv same': {
    shape: [4, 3, 2],
    layers: () => [conv({ inputShape: [4, 3, 2], activation: 'tanh' }), conv({ filters: 2 })],
  },
  'conv valid, even taps, then flatten and dense': {
    shape: [4, 5, 1],
    layers: () => [
      conv({ inputShape: [4, 5, 1], kernelSize: [2, 4], padding: 'valid', activation: 'softplus' }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 3 }),
    ],
  },
  'conv of stride 2, same': {
    shape: [5, 4, 2],
    layers: () => [conv({ inputShape: [5, 4, 2], strides: 2 }), conv({ strides: [2, 1], kernelSize: 1 })],
  },
  'conv of stride 2 and 3, valid': {
    shape: [7, 6, 1],
    layers: () => [conv({ inputShape: [7, 6, 1], strides: [3, 2], padding: 'valid', kernelSize: [3, 2] })],
  },
  'conv of stride 3, same, wider than its taps': {
    shape: [7, 4, 1],
    layers: () => [conv({ inputShape: [7, 4, 1], strides: 3, kernelSize: 2 })],
  },
  'conv in a model within, between reshapes': {
    shape: [8],
    layers: () => [
      tf.layers.reshape({ inputShape: [8], targetShape: [2, -1, 2] }),
      tf.sequential({
        layers: [conv({ inputShape: [2, 2, 2], filters: 2 }), tf.layers.activation({ activation: 'tanh' })],
      }),
      tf.layers.reshape({ targetShape: [8] }),
    ],
  },
};

const kinked: typeof smooth = Object.fromEntries(
  [
    tf.layers.reLU,
    () => tf.layers.reLU({ maxValue: 1 }),
    () => tf.layers.leakyReLU({ alpha: -1.5 }),
    tf.layers.elu,
    ...['relu', 'relu6', 'elu', 'selu', 'hardSigmoid', 'linear'].map(
      (activation) => () => tf.layers.activation({ activation: activation as 'relu' }),
    ),
  ].map((make, i) => [
    `${i}: ${make().getClassName()} ${JSON.stringify(make().getConfig())}`,
    { shape: [3], layers: () => [tf.layers.dense({ units: 4, inputShape: [3] }), make()] },
  ]),
);

const build = ({ layers }: { layers: () => tf.layers.Layer[] }) =>
  seeded(tf.sequential({ layers: layers() }), 5);

/** Every law of layers of TensorFlow.js as maps, on the current backend. */
export function fromLayersLaws(): void {
  describe.each(Object.entries({ ...smooth, ...kinked }))('%s', (name, row) => {
    const images = () => createRng(7).normal([3, ...row.shape]);

    test('is the model: values, and the gradients of the weights', () => {
      const x = images();
      const model = build(row);
      const map = fromLayers(model);
      const predicted = model.predict(x) as tf.Tensor;
      expect(map.apply(x).shape).toEqual(predicted.shape);
      // The same sums in float32, up to their order.
      expect(largest(tf.sub(map.apply(x), predicted))).toBeLessThan(1e-5 * Math.max(1, largest(predicted)));
      const params = Object.values(trainableParams(map.params));
      expect(params.map((v) => v.id).sort()).toEqual(
        model.trainableWeights.map((w) => (w as unknown as { val: tf.Variable }).val.id).sort(),
      );
      // TensorFlow.js has no gradient of convolutions on wasm.
      if (name.startsWith('conv') && tf.getBackend() === 'wasm') return map.dispose();
      const gradients = [
        () => tf.sum(tf.square(map.apply(x))),
        () => tf.sum(tf.square(model.apply(x) as tf.Tensor)),
      ].map((loss) => tf.variableGrads(loss as () => tf.Scalar, params).grads);
      for (const { name: id } of params) {
        const [ours, theirs] = gradients.map((grads) => grads[id]!) as [tf.Tensor, tf.Tensor];
        expect(largest(tf.sub(ours, theirs))).toBeLessThan(1e-4 * Math.max(1, largest(theirs)));
      }
      map.dispose();
    });

    test('its bound holds against the singular values of its Jacobian, and is not far above those of its layers', () => {
      const x = images();
      const model = build(row);
      const map = fromLayers(model);
      checkLipschitz(map, x);
      const { jacobian } = map.linearize(x);
      const matrices = materialize(jacobian, 3).arraySync() as number[][][];
      const norms = matrices.map((matrix) => singularValues(matrix)[0]!);
      expect(Math.max(...norms)).toBeLessThanOrEqual(map.lipschitzBound());
      map.dispose();
    });

    test('the laws of a map', () => {
      const x = images();
      const map = fromLayers(build(row));
      if (name in smooth) checkMap(map, x);
      checkOperator(map.linearize(x).jacobian, { batch: 3 });
      map.dispose();
    });

    test('no leak', () => {
      const x = images();
      const model = build(row);
      const weights = tf.memory().numTensors;
      const map = fromLayers(model);
      expect(tf.memory().numTensors).toBe(weights);
      tf.dispose(map.apply(x));
      checkNoLeak(() => map.apply(x), { tape: true });
      checkNoLeak(() => tf.tidy(() => map.linearize(x).jacobian.matvec(x)), { tape: true });
      checkNoLeak(() => map.lipschitzBound());
      map.dispose();
      expect(tf.memory().numTensors).toBe(weights - Object.keys(map.params).length);
    });
  });

  describe('bounds of single layers', () => {
    /**
     * The norm of the linear part, in float64: the model gives its columns for the unit vectors.
     */
    function normOf(model: tf.Sequential, shape: Shape): number {
      const size = shape.reduce((product, n) => product * n, 1);
      const columns = model.predict(tf.reshape(tf.eye(size), [size, ...shape])) as tf.Tensor;
      return singularValues(tf.reshape(columns, [size, -1]).arraySync() as number[][])[0]!;
    }

    test.each([
      ['dense', [6], () => tf.layers.dense({ units: 4, inputShape: [6], useBias: false }), 1.001],
      // Small images are bounded by their whole matrix.
      ['conv', [4, 4, 2], () => conv({ inputShape: [4, 4, 2], useBias: false }), 1.001],
      // These by the convolution on an unbounded image: the excess is what the edges take away.
      ['strided', [12, 12, 1], () => conv({ inputShape: [12, 12, 1], strides: 2, useBias: false }), 2],
      ['valid', [9, 9, 1], () => conv({ inputShape: [9, 9, 1], padding: 'valid', useBias: false }), 1.2],
    ] as const)('%s: above the norm, by at most a known factor', (_name, shape, layer, factor) => {
      const model = seeded(tf.sequential({ layers: [layer()] }), 11);
      const norm = normOf(model, shape);
      const bound = fromLayers(model).lipschitzBound();
      // The norm is that of float32 products.
      expect(bound).toBeGreaterThanOrEqual(norm * (1 - 1e-6));
      expect(bound).toBeLessThan(norm * factor);
    });

    test('the constants of activations are those of their steepest slope', () => {
      const truth: Record<string, number> = {
        relu: 1,
        relu6: 1,
        elu: 1,
        tanh: 1,
        softplus: 1,
        softsign: 1,
        linear: 1,
        sigmoid: 0.25,
        hardSigmoid: 0.2,
        swish: 1.0998393,
        selu: 1.7580993408,
        gelu: 1.128904145,
      };
      // A grid of 1e-3: at the steepest point of these the slope falls by less than 1e-6 within it.
      const grid = tf.reshape(tf.linspace(-8, 8, 16001), [-1, 1]);
      for (const [activation, constant] of Object.entries(truth)) {
        const layer = tf.layers.activation({ activation: activation as 'relu', inputShape: [1] });
        const map = fromLayers(tf.sequential({ layers: [layer] }));
        expect(map.lipschitzBound(), activation).toBeGreaterThanOrEqual(constant);
        expect(map.lipschitzBound(), activation).toBeLessThan(constant + 1e-6);
        const slopes = valuesOf(map.linearize(grid).jacobian.matvec(tf.onesLike(grid)));
        const steepest = Math.max(...slopes.map(Math.abs));
        expect(Math.abs(steepest - constant), activation).toBeLessThan(2e-3);
        expect(steepest, activation).toBeLessThanOrEqual(map.lipschitzBound() * (1 + 1e-6));
      }
    });
  });

  test('layers that do not train have variables that do not', () => {
    const model = tf.sequential({
      layers: [
        tf.layers.dense({ units: 2, inputShape: [2], trainable: false }),
        tf.layers.dense({ units: 2 }),
      ],
    });
    const { params } = fromLayers(model);
    expect(Object.keys(params)).toEqual(['0.kernel', '0.bias', '1.kernel', '1.bias']);
    expect(Object.values(params).map(({ trainable }) => trainable)).toEqual([false, false, true, true]);
    model.layers[1]!.trainable = false;
    expect(trainableParams(fromLayers(model).params)).toEqual([]);
  });

  test('a list of layers is a part of a model', () => {
    const model = build(smooth['dense with tanh and sigmoid']!);
    const last = fromLayers(model.layers.slice(1));
    const x = createRng(1).normal([2, 4]);
    const truth = model.layers[1]!.apply(x) as tf.Tensor;
    expect(largest(tf.sub(last.apply(x), truth))).toBeLessThan(1e-6);
  });

  test('a layer without a known bound is refused with a list of those that have one', () => {
    const of =
      (...layers: tf.layers.Layer[]) =>
      () =>
        fromLayers(tf.sequential({ layers }));
    const dense = () => tf.layers.dense({ units: 2, inputShape: [2], name: `d${Math.random()}` });
    expect(of(dense(), tf.layers.batchNormalization({ name: 'bn' }))).toThrow(
      "lipschitz.fromLayers: expected layers of InputLayer, Dense, Conv2D, Activation, ReLU, LeakyReLU, ELU, Flatten, Reshape, Sequential, got BatchNormalization ('bn')",
    );
    expect(of(dense(), tf.layers.activation({ activation: 'softmax', name: 's' }))).toThrow(
      "lipschitz.fromLayers: expected Activation 's' with one of the activations linear, relu, relu6, elu, selu, tanh, sigmoid, hardSigmoid, softplus, softsign, swish, gelu, got 'softmax'",
    );
    const image = { inputShape: [6, 6, 2], name: 'c' };
    expect(of(conv({ ...image, dilationRate: 2, strides: 1 }))).toThrow(
      "expected Conv2D 'c' with dilationRate 1, got 2,2",
    );
    expect(of(conv({ ...image, inputShape: [2, 6, 6], dataFormat: 'channelsFirst' }))).toThrow(
      "expected Conv2D 'c' with dataFormat 'channelsLast', got 'channelsFirst'",
    );
    expect(of(conv({ ...image, inputShape: [null, null, 2] }))).toThrow(
      "lipschitz.fromLayers: expected a fixed input size, got [null,null,null,2] for 'c'",
    );
    expect(() => fromLayers([tf.layers.dense({ units: 2, name: 'loose' })])).toThrow(
      "lipschitz.fromLayers: expected a built model, got 'loose' without an input; give the first layer an inputShape",
    );
    const input = tf.input({ shape: [2] });
    const branching = tf.model({
      inputs: input,
      outputs: tf.layers.add().apply([input, dense().apply(input) as tf.SymbolicTensor]) as tf.SymbolicTensor,
    });
    expect(() => fromLayers(branching)).toThrow(
      'lipschitz.fromLayers: expected a tf.sequential model, got one of the class ',
    );
    expect(() => fromLayers([])).toThrow(
      'lipschitz.fromLayers: expected a tf.sequential model or a list of layers, got a list of 0',
    );
    expect(() => fromLayers(tf.zeros([2]) as never)).toThrow('got a tensor of shape [2]');
    const [first, second] = build(smooth['dense with tanh and sigmoid']!).layers;
    expect(() => fromLayers([second!, first!])).toThrow('with an input of 3 values, got [2]');
    const map = fromLayers(build(smooth['conv same']!));
    expect(() => map.apply(tf.zeros([1, 3, 3, 2]))).toThrow(
      'lipschitz.fromLayers: expected x of shape [B,4,3,2], got [1,3,3,2]',
    );
  });
}
