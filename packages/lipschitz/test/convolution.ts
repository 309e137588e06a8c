import * as tf from '@tensorflow/tfjs';
import { conv2dOperator, createRng, trainableParams, type LipschitzMap } from '@iresnet/core';
import { checkLipschitz, checkMap, checkNoLeak, checkOperator, singularValues } from '@iresnet/testing';
import { describe, expect, test } from 'vitest';
import {
  conv2d,
  convolutionFamily,
  elu,
  pixelFamily,
  sequential,
  softplus,
  type Conv2dOptions,
} from '../src';
import { opaque } from './table';

const valuesOf = (t: tf.Tensor) => Array.from(t.dataSync());
const largest = (t: tf.Tensor) => tf.max(tf.abs(t)).dataSync()[0]!;

/** So exact that finite differences see the weight and not the tolerance of its power iteration. */
const tight = { rtol: 1e-7, maxSteps: 3000 } as const;

type Case = Omit<Conv2dOptions, 'rng'> & {
  /** Scale of the start kernel: 4 makes the bound active. */
  readonly factor?: number;
};

const cases: Record<string, Case> = {
  '3×3, even image': { inputs: 2, outputs: 3, kernelSize: 3, imageSize: [4, 4] },
  '3×3, odd image, to fewer channels': { inputs: 3, outputs: 1, kernelSize: 3, imageSize: [5, 3] },
  '3×3, one channel': { inputs: 1, outputs: 1, kernelSize: 3, imageSize: [3, 4] },
  '3×3, one pixel': { inputs: 2, outputs: 2, kernelSize: 3, imageSize: [1, 1] },
  '3×3 below its bound': {
    inputs: 2,
    outputs: 2,
    kernelSize: 3,
    imageSize: [3, 3],
    coefficient: 9,
    factor: 1,
  },
  '3×3 without bias': { inputs: 2, outputs: 2, kernelSize: 3, imageSize: [2, 5], bias: false },
  '3×3 with ε': { inputs: 2, outputs: 2, kernelSize: 3, imageSize: [3, 3], epsilon: 0.1 },
  '3×3, its norm measured at another size': { inputs: 2, outputs: 2, kernelSize: 3, imageSize: [3, 3], normSize: [6, 5] }, // prettier-ignore
  '5×5, larger than the image': { inputs: 1, outputs: 2, kernelSize: 5, imageSize: [3, 4] },
  '1×1': { inputs: 3, outputs: 4, kernelSize: 1, imageSize: [3, 2] },
  '1×1, one channel': { inputs: 1, outputs: 1, kernelSize: 1, imageSize: [2, 2], coefficient: 0.5 },
  '3×3, too large to be bounded as a matrix': {
    inputs: 4,
    outputs: 3,
    kernelSize: 3,
    imageSize: [9, 10],
    factor: 1,
    coefficient: 9,
  },
};

function build({ factor = 4, ...options }: Case, seed = 3): LipschitzMap {
  const layer = conv2d({ ...options, ...tight, rng: createRng(seed) });
  tf.tidy(() => layer.params['kernel']!.assign(tf.mul(factor, layer.params['kernel']!)));
  return layer;
}

/** The norm of the linear part at an image size, in float64, from the effective kernel. */
function normAt(kernel: tf.Tensor, [h, w]: readonly [number, number]): number {
  return tf.tidy(() => {
    const operator = conv2dOperator(kernel, [h, w, kernel.shape[2]!]);
    const basis = tf.reshape(tf.eye(h * w * kernel.shape[2]!), [-1, h, w, kernel.shape[2]!]);
    return singularValues(
      tf.reshape(operator.matvec(basis), [basis.shape[0]!, -1]).arraySync() as number[][],
    )[0]!;
  });
}

/** W̄ = W / (max(1, σ/c) + ε) of a layer, with σ from its stored vectors. */
function effectiveKernel(
  layer: LipschitzMap,
  { inputs, outputs, kernelSize, imageSize, normSize = imageSize, coefficient = 0.9, epsilon = 0 }: Case,
): tf.Tensor {
  const { kernel, u, v } = layer.params as Record<string, tf.Variable>;
  expect(kernel!.shape).toEqual([kernelSize, kernelSize, inputs, outputs]);
  layer.lipschitzBound(); // brings u and v up to date
  return tf.tidy(() => {
    const family = kernelSize === 1 ? pixelFamily : convolutionFamily(normSize);
    const sigma = tf.sum(tf.mul(u!, family.at(kernel!).matvec(v!))).dataSync()[0]!;
    return tf.div(kernel!, Math.max(1, sigma / coefficient) + epsilon);
  });
}

/** Every law of convolutions, on the current backend. */
export function convolutionLaws(): void {
  describe.each(Object.entries(cases))('%s', (_, options) => {
    const { inputs, outputs, imageSize, coefficient = 0.9, normSize = imageSize, factor } = options;
    const make = () => build(options);
    const x = () => createRng(11).normal([3, ...imageSize, inputs]);

    test('the laws of a map, its operator and its bound', () => {
      const layer = make();
      checkMap(layer, x());
      checkOperator(layer.linearize(x()).jacobian, { batch: 3 });
      checkLipschitz(layer, x());
      layer.dispose();
    });

    test('is tf.conv2d with the normalized kernel and the bias', () => {
      const layer = make();
      const kernel = effectiveKernel(layer, options) as tf.Tensor4D;
      const truth = tf.conv2d(x() as tf.Tensor4D, kernel, 1, 'same');
      const bias = layer.params['bias'];
      expect(bias?.shape).toEqual(options.bias === false ? undefined : [outputs]);
      const difference = tf.sub(layer.apply(x()), bias ? tf.add(truth, bias) : truth);
      expect(largest(difference)).toBeLessThan(1e-5); // float32 sums of at most 27 products
      layer.dispose();
    });

    test('the norm at the size it is measured at is c, in float64, and the proven bound is just above it at that of the images', () => {
      const layer = make();
      const kernel = effectiveKernel(layer, options);
      const norm = normAt(kernel, normSize);
      // Power iteration gains less than 1e-7 a step when it stops, the resolution of float32; slow
      // convergence leaves some 1e-5.
      if (factor !== 1) {
        const raw = normAt(layer.params['kernel']!, normSize);
        expect(norm).toBeCloseTo(raw / (Math.max(1, raw / coefficient) + (options.epsilon ?? 0)), 4);
      }
      expect(norm).toBeLessThanOrEqual(coefficient * (1 + 1e-4));
      const bound = layer.lipschitzBound();
      const here = normAt(kernel, imageSize);
      expect(bound).toBeGreaterThanOrEqual(here * (1 - 1e-6));
      // Of small images the whole matrix is bounded, and Gram iteration is above by at most 1.0005
      // at rank 64.
      const whole = imageSize[0] * imageSize[1] * Math.min(inputs, outputs) <= 256;
      if (options.kernelSize > 1) expect(bound).toBeLessThan(here * (whole ? 1.0005 : 1.1));
      layer.dispose();
    });

    test('enforceBounds: the proven bound is at most c, for good, and a copy by its parameters is the same map', () => {
      const layer = make();
      const norm = normAt(effectiveKernel(layer, options), imageSize);
      const before = tf.memory().numTensors;
      layer.enforceBounds!();
      expect(tf.memory().numTensors).toBe(before);
      const bound = layer.lipschitzBound();
      expect(bound).toBeLessThanOrEqual(coefficient);
      // Nothing is given away beyond the excess of the bound over the norm.
      expect(bound).toBeGreaterThan(Math.min(norm, coefficient) * (imageSize[1] < 10 ? 0.9994 : 0.9));
      const y = valuesOf(layer.apply(x()));
      layer.enforceBounds!(); // changes nothing any more
      expect(valuesOf(layer.apply(x()))).toEqual(y);
      const copy = build(options, 99);
      for (const [name, variable] of Object.entries(layer.params)) copy.params[name]!.assign(variable);
      expect(valuesOf(copy.apply(x()))).toEqual(y);
      expect(copy.lipschitzBound()).toBe(bound);
      layer.dispose();
      copy.dispose();
    });

    test('no leak, also under a tape', () => {
      const layer = make();
      const at = x();
      checkNoLeak(() => layer.apply(at), { tape: true });
      checkNoLeak(() => tf.tidy(() => layer.linearize(at).jacobian.matvec(at)), { tape: true });
      checkNoLeak(() => layer.lipschitzBound());
      const before = tf.memory().numTensors;
      make().dispose();
      expect(tf.memory().numTensors).toBe(before);
      layer.dispose();
    });
  });

  describe('a branch conv – ELU – conv – ELU – conv', () => {
    const imageSize = [5, 4] as const;
    const parts = (activation = elu) => {
      const rng = createRng(21);
      return [
        conv2d({ inputs: 2, outputs: 5, kernelSize: 3, imageSize, rng, ...tight }),
        activation(),
        conv2d({ inputs: 5, outputs: 5, kernelSize: 1, imageSize, rng, ...tight }),
        activation(),
        conv2d({ inputs: 5, outputs: 2, kernelSize: 3, imageSize, rng, ...tight }),
      ];
    };

    test.each([
      ['softplus', softplus],
      ['ELU', elu],
    ])('keeps the laws of a map and its bound, with %s', (_, activation) => {
      const branch = sequential(...parts(activation));
      for (const [name, variable] of Object.entries(branch.params)) {
        if (name.endsWith('kernel')) tf.tidy(() => variable.assign(tf.mul(3, variable)));
      }
      const x = createRng(22).normal([2, ...imageSize, 2]);
      // σ″ of ELU jumps at 0, where difference quotients of J v say nothing.
      if (activation !== elu) checkMap(branch, x);
      checkLipschitz(branch, x);
      branch.enforceBounds!();
      expect(branch.lipschitzBound()).toBeLessThanOrEqual(0.9 ** 3 * (1 + 1e-15));
      checkLipschitz(branch, x);
      branch.dispose();
    });

    test('fused equals opaque parts: values, products and all gradients, with S probes too', () => {
      const made = parts();
      const maps = [sequential(...made), sequential(...made.map(opaque))];
      const params = trainableParams(maps[0]!.params);
      const rng = createRng(23);
      const x = tf.variable(rng.normal([3, ...imageSize, 2]));
      for (const probes of [[], [4]]) {
        const v = tf.variable(rng.normal([...probes, 3, ...imageSize, 2]));
        const weight = rng.normal(v.shape);
        const use = (f: LipschitzMap) => {
          const { y, jacobian } = f.linearize(x);
          return tf.add(tf.square(y), tf.mul(jacobian.rmatvec(jacobian.matvec(v)), jacobian.matvec(v)));
        };
        const [fused, plain] = maps.map((f) => {
          const { value, grads } = tf.variableGrads(
            () => tf.sum(tf.mul(use(f), weight)) as tf.Scalar,
            [x, v, ...params],
          );
          return [use(f), value, ...[x, v, ...params].map((p) => grads[p.name]!)];
        }) as [tf.Tensor[], tf.Tensor[]];
        // Sums in another order: some units of 2⁻²⁴.
        fused.forEach((t, i) =>
          expect(largest(tf.sub(t, plain[i]!))).toBeLessThanOrEqual(2e-5 * Math.max(1, largest(t))),
        );
      }
      maps[0]!.dispose();
    });

    test('trains without any gradient of conv2d in the engine', () => {
      const kept = tf.getGradient('Conv2D');
      tf.unregisterGradient('Conv2D');
      try {
        const branch = sequential(...parts());
        const x = createRng(24).normal([2, ...imageSize, 2]);
        const loss = () => {
          const { y, jacobian } = branch.linearize(x);
          return tf.sum(tf.square(tf.add(y, jacobian.matvec(x)))) as tf.Scalar;
        };
        const [before] = valuesOf(loss());
        const optimizer = tf.train.sgd(1e-3);
        for (let step = 0; step < 3; step++) optimizer.minimize(loss);
        expect(valuesOf(loss())[0]).toBeLessThan(before!);
        optimizer.dispose();
        branch.dispose();
      } finally {
        tf.registerGradient(kept);
      }
    });
  });

  test('starts uniform in ±1/√(in k²), reproducibly, with dotted state', () => {
    const [a, b] = [0, 0].map(() =>
      conv2d({ inputs: 4, outputs: 3, kernelSize: 3, imageSize: [6, 5], rng: createRng(50) }),
    ) as [LipschitzMap, LipschitzMap];
    expect(Object.fromEntries(Object.entries(a.params).map(([name, p]) => [name, p.shape]))).toEqual({
      kernel: [3, 3, 4, 3],
      u: [1, 6, 5, 3],
      u2: [1, 6, 5, 3],
      v: [1, 6, 5, 4],
      bias: [3],
    });
    for (const [name, variable] of Object.entries(a.params)) {
      expect(valuesOf(variable)).toEqual(valuesOf(b.params[name]!));
      expect(variable.trainable).toBe(name === 'kernel' || name === 'bias');
    }
    for (const name of ['kernel', 'bias']) expect(largest(a.params[name]!)).toBeLessThanOrEqual(1 / 6);
    expect(largest(a.params['kernel']!)).toBeGreaterThan(0.95 / 6);
  });

  test('a caller’s mistakes', () => {
    const rng = createRng(0);
    const good = { inputs: 2, outputs: 3, kernelSize: 3, imageSize: [4, 5] as const, rng };
    const layer = conv2d(good);
    const sizes = (what: string) =>
      `lipschitz.conv2d: expected positive sizes and an odd kernelSize, got ${what}`;
    const mistakes: [() => unknown, string][] = [
      [() => layer.apply(tf.zeros([1, 5, 4, 2])), 'lipschitz.conv2d: expected x of shape [B,4,5,2], got [1,5,4,2]'],
      [() => layer.linearize(tf.zeros([4, 5, 2])), 'lipschitz.conv2d: expected x of shape [B,4,5,2], got [4,5,2]'],
      [() => sequential(elu(), layer).apply(tf.zeros([1, 4, 5, 3])), 'lipschitz.conv2d: expected x of shape [B,4,5,2], got [1,4,5,3]'],
      [() => conv2d({ ...good, kernelSize: 2 }), sizes('inputs 2, outputs 3, kernelSize 2, imageSize [4,5], normSize [4,5]')],
      [() => conv2d({ ...good, inputs: 0 }), sizes('inputs 0, outputs 3, kernelSize 3, imageSize [4,5], normSize [4,5]')],
      [() => conv2d({ ...good, normSize: [1.5, 2] }), sizes('inputs 2, outputs 3, kernelSize 3, imageSize [4,5], normSize [1.5,2]')],
      [() => conv2d({ ...good, coefficient: -1 }), 'lipschitz.spectralWeight: expected a coefficient > 0, got -1'],
    ]; // prettier-ignore
    for (const [mistake, message] of mistakes) {
      expect(mistake).toThrow(expect.objectContaining({ kind: 'argument', message }));
    }
  });
}
