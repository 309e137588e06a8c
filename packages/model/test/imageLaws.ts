import * as tf from '@tensorflow/tfjs';
import { createRng, IResNetError } from '@iresnet/core';
import { specKind } from '@iresnet/core/internal';
import { diagonalNormal } from '@iresnet/flows';
import { checkBijector, checkNoLeak } from '@iresnet/testing';
import { describe, expect, test } from 'vitest';
import {
  imageFlow,
  iResNet,
  iResNetPreset,
  type FlowModel,
  type ImageFlowConfig,
  type ImageFlowOptions,
} from '../src';
import { imageInstances, imageOf } from './imageTable';
import { jumpy, limitOf } from './table';

const valuesOf = (t: tf.Tensor) => Array.from(t.dataSync());

/** n images with values in [−½, ½]. */
const images = ({ shape }: ImageFlowConfig, n: number, seed = 3): tf.Tensor =>
  createRng(seed).uniform([n, ...shape], -0.5, 0.5);

function scaleKernels(model: FlowModel, factor: number): void {
  for (const [name, variable] of Object.entries(model.params)) {
    if (name.endsWith('kernel')) tf.tidy(() => variable.assign(tf.mul(factor, variable)));
  }
}

/**
 * Smooth images: a bright bar in one of four columns over dark noise, as bytes with
 * dequantization noise.
 */
function bars(n: number, seed: number): tf.Tensor {
  const rng = createRng(seed);
  const values = Array.from({ length: n }, () => {
    const bright = Math.floor(4 * rng.next());
    return Array.from({ length: 16 }, (_, i) => {
      const byte = Math.floor((i % 4 === bright ? 200 : 20) + 20 * rng.next());
      return (byte + rng.next()) / 256 - 0.5;
    });
  });
  return tf.tensor(values.flat(), [n, 4, 4, 1]);
}

/**
 * Every law of image flows, on the current backend.
 *
 * @param chosen - Those whose derivatives are compared with difference quotients, which takes most
 * of the time.
 */
export function imageLaws(chosen = imageInstances): void {
  describe.each(imageInstances)('$name', ({ config, blockShapes }) => {
    const size = config.shape.reduce((product, n) => product * n, 1);

    test('shapes; the same seed gives the same parameters; a saved state gives the same density bit for bit', () => {
      const model = imageOf(JSON.parse(JSON.stringify(config)) as ImageFlowConfig, createRng(1));
      const twin = imageOf(config, createRng(1));
      const copy = imageOf(config, createRng(99));
      expect(model.blockShapes).toEqual(blockShapes);
      expect(Object.keys(twin.params)).toEqual(Object.keys(model.params));
      for (const [name, variable] of Object.entries(model.params)) {
        expect(valuesOf(twin.params[name]!)).toEqual(valuesOf(variable));
      }
      const x = images(config, 3);
      const z = model.encode(x);
      expect(z.shape).toEqual([3, size]);
      expect(model.base.shape).toEqual([size]);
      scaleKernels(model, 3);
      const scored = valuesOf(model.logProb(x, createRng(5)));
      for (const [name, variable] of Object.entries(copy.params)) {
        const { shape } = variable;
        tf.tidy(() => variable.assign(tf.tensor(model.params[name]!.dataSync().slice(), shape)));
      }
      expect(valuesOf(copy.logProb(x, createRng(5)))).toEqual(scored);
      for (const each of [model, twin, copy]) each.dispose();
    });

    test('projected, every block is proven below its bound; images come back within theirs', () => {
      const model = imageOf(config, createRng(1));
      const x = images(config, 3);
      model.encode(x);
      scaleKernels(model, 20);
      model.enforceBounds();
      const limit = limitOf(config, 3); // activations have Lipschitz constant 1
      for (const block of model.blocks) {
        expect(block.lipschitzBound()).toBeLessThanOrEqual(limit * (1 + 1e-6));
        expect(block.lipschitzBound()).toBeGreaterThan(0.9 * limit); // and not more than that is given away
      }
      const { value: back, errorBound, converged } = model.decode(model.encode(x));
      expect(converged.every(Boolean)).toBe(true);
      const errors = tf.norm(tf.reshape(tf.sub(back, x), [3, -1]), 2, 1).dataSync();
      // The forward pass adds float32 rounding, amplified by at most 1/(1 − .73) a block: 50 for
      // three of them.
      errors.forEach((error, i) => expect(error).toBeLessThan(errorBound[i]! + 1e-4));
      expect(model.sample(2, createRng(0)).shape).toEqual([2, ...config.shape]);
      model.dispose();
    });

    test('no leak, also under a tape', () => {
      const before = tf.memory().numTensors;
      const model = imageOf(config, createRng(1));
      expect(tf.memory().numTensors - before).toBe(Object.keys(model.params).length);
      const x = images(config, 2);
      tf.dispose(model.logProb(x, createRng(0)));
      checkNoLeak(() => model.logProb(x, createRng(0)), { tape: true });
      const logProb = tf.zeros([2]);
      checkNoLeak(() => model.bitsPerDim(logProb), { tape: true });
      logProb.dispose();
      checkNoLeak(() => model.sample(2, createRng(0)));
      x.dispose();
      model.dispose();
      expect(tf.memory().numTensors).toBe(before);
    });
  });

  test.each(chosen)('$name: the laws of a bijector', ({ config }) => {
    const model = imageOf(config, createRng(1));
    // Below their bounds: of a weight at its bound the norm is followed to 1e-3 only, and
    // difference quotients would measure that.
    scaleKernels(model, 0.3);
    // The log-determinant of a piecewise linear branch is piecewise constant, which finite
    // differences cannot follow across its jumps.
    const jumps = jumpy.includes(specKind(config.activation));
    const exact = specKind(config.logDet) === 'exact' && !jumps;
    checkBijector(model.bijector, images(config, 2), { exact, step: 2 ** (jumps ? -10 : -7) });
    model.dispose();
  });

  test('training on synthetic images lowers the loss, held-out images included', () => {
    const config: ImageFlowConfig = {
      ...imageInstances[0]!.config,
      logDet: { kind: 'powerSeries', truncation: { kind: 'terms', terms: 5 } },
    };
    const model = imageOf(config, createRng(1));
    const [train, held] = [bars(64, 1), bars(64, 2)];
    const bits = (x: tf.Tensor, seed: number) =>
      tf.mean(model.bitsPerDim(model.logProb(x, createRng(seed)))) as tf.Scalar;
    const start = [bits(train, 0), bits(held, 0)].map((t) => valuesOf(t)[0]!);
    const optimizer = tf.train.adam(0.01);
    for (let step = 0; step < 30; step++) optimizer.minimize(() => bits(train, step));
    // A probe's noise in the mean of 64 images is below 0.02 bits a dimension.
    expect(valuesOf(bits(train, 0))[0]).toBeLessThan(start[0]! - 0.1);
    expect(valuesOf(bits(held, 0))[0]).toBeLessThan(start[1]! - 0.1);
    optimizer.dispose();
    model.dispose();
  });

  test('padding: shapes, and the image back', () => {
    const config: ImageFlowConfig = {
      ...iResNetPreset('mnist-density-small').flow,
      shape: [4, 4, 1],
      initialSqueeze: true,
      padding: 2,
      scales: [{ blocks: 1, channels: 3, squeeze: false }],
    };
    const model = imageOf(config, createRng(1));
    const x = images(config, 2);
    const z = model.encode(x);
    expect(model.blockShapes).toEqual([[2, 2, 6]]);
    expect(z.shape).toEqual([2, 24]);
    expect(tf.max(tf.abs(tf.sub(model.decode(z).value, x))).dataSync()[0]).toBeLessThan(1e-5); // float32 rounding of z
    model.dispose();
  });

  test('values in place of names: the same flow', () => {
    const scales = [1, 2].map((blocks) => ({ blocks, channels: 4, squeeze: true }));
    const names = { ...iResNetPreset('mnist-hybrid-small').flow, shape: [4, 4, 1] as const, scales };
    const [a, b] = [
      imageFlow({ shape: names.shape, scales, base: diagonalNormal }, createRng(1)),
      imageOf(names, createRng(1)),
    ];
    expect(Object.keys(a.params)).toEqual(Object.keys(b.params));
    const x = images(names, 2);
    expect(valuesOf(a.logProb(x, createRng(5)))).toEqual(valuesOf(b.logProb(x, createRng(5))));
    expect(a.logDetBias!(0.9, 16)).toBe(b.logDetBias!(0.9, 16));
    for (const flow of [a, b]) flow.dispose();
  });

  test('a caller’s mistakes', () => {
    const rng = createRng(0);
    const base: ImageFlowOptions = {
      shape: [4, 4, 1],
      scales: [{ blocks: 1, channels: 2, squeeze: false }],
    };
    const preset = iResNetPreset('mnist-density-small');
    const named = (changes: Partial<ImageFlowConfig>) => {
      const { shape, scales } = base;
      return iResNet({ ...preset, flow: { ...preset.flow, shape, scales, ...changes } }, rng);
    };
    const scale = { blocks: 1, channels: 2, squeeze: true };
    const mistakes: [() => unknown, string][] = [
      [
        () => imageFlow({ ...base, shape: [4, 0, 1] }, rng),
        'model.imageFlow: expected shape [h,w,c] of positive integers, got 4,0,1',
      ],
      [() => imageFlow({ ...base, padding: -1 }, rng), 'model.imageFlow: expected padding ≥ 0, got -1'],
      [
        () => imageFlow({ ...base, scales: [] }, rng),
        'model.imageFlow: expected scales as a list of at least 1',
      ],
      [
        () => imageFlow({ ...base, scales: [{ ...scale, blocks: 0 }] }, rng),
        'model.imageFlow: expected blocks of scale 0 ≥ 1, got 0',
      ],
      [
        () => imageFlow({ ...base, scales: [{ ...scale, blcks: 1 } as never] }, rng),
        "model.imageFlow, scale 0: expected the options blocks, channels, squeeze, got 'blcks' (did you mean 'blocks'?)",
      ],
      [
        () => imageFlow({ ...base, logDet: 'exact' } as never, rng),
        "model.imageFlow: expected logDet as a function, got 'exact'; iResNet takes names of a configuration",
      ],
      [() => imageFlow({ ...base, multiscale: true } as never, rng), "(did you mean 'multiScale'?)"],
      [
        () => named({ transform: 'logit' }),
        'model.iResNet: expected a transform that is finite from -0.5 to 0.5, got "logit"',
      ],
      [
        () => named({ transform: { kind: 'standardize', mean: [0, 0], deviation: [1, 1] } }),
        'flows.affine: expected x of shape [B,…,2], got [2,4,4,1]',
      ],
      [
        () => imageFlow(base, rng).logProb(tf.mul(255, tf.ones([2, 4, 4, 1])), rng),
        'model.imageFlow: expected images in [−½, ½], which is (byte + u)/256 − ½, got values up to 255',
      ],
      [
        () => imageFlow(base, rng).logProb(tf.zeros([2, 6, 6, 1]), rng),
        'flows.flow.logProb: expected [B,4,4,1] with B ≥ 1, got shape [2,6,6,1]',
      ],
      [
        () => imageFlow({ ...base, shape: [6, 6, 1], scales: [scale, scale] }, rng),
        'model.imageFlow: expected an even height and width to squeeze, got [3,3,4] before block 1',
      ],
      [
        () => imageFlow(base, rng).logProb(tf.zeros([2, 16]), rng),
        'flows.flow.logProb: expected [B,4,4,1] with B ≥ 1, got shape [2,16]',
      ],
      [
        () => iResNetPreset('mnist-density-smal' as 'mnist-density-small'),
        "(did you mean 'mnist-density-small'?)",
      ],
    ];
    for (const [mistake, message] of mistakes) {
      expect(mistake).toThrow(IResNetError);
      expect(mistake).toThrow(message);
    }
  });
}
