import * as tf from '@tensorflow/tfjs';
import { createRng, functionMap } from '@iresnet/core';
import { residualBlock } from '@iresnet/flows';
import { dense, elu, sequential, tanh } from '@iresnet/lipschitz';
import { arnoldi, exact, fixedProbes, logDetBias, type LogDetSpec } from '@iresnet/logdet';
import { logAbsDet, singularValues } from '@iresnet/testing';
import { describe, expect, test } from 'vitest';
import { bitsPerDim, certify, denseFlow, imageFlow, iResNet, iResNetPreset } from '../src';

/** A block of a promised Lipschitz constant. */
const block = (lipschitz: number) =>
  residualBlock(
    functionMap((x) => tf.mul(lipschitz, x), { lipschitz }),
    {
      logDet: (_a, shape) => tf.zeros([shape[0]!]),
    },
  );

const model = (bounds: readonly number[], logDet: LogDetSpec) => ({
  params: {},
  blocks: bounds.map(block),
  blockShapes: bounds.map((_, i) => [2, i + 1]),
  logDetBias: (lipschitz: number, dimension: number) => logDetBias(logDet, lipschitz, dimension),
});

const series = (terms: number): LogDetSpec => ({
  kind: 'powerSeries',
  truncation: { kind: 'terms', terms },
});

describe('certify', () => {
  test('two blocks by hand', () => {
    const certificate = certify(model([0.5, 0.75], series(2)));
    // d (−ln(1 − L) − L − L²/2): 2 (ln 2 − .625) and 4 (ln 4 − 1.03125); ⌈ln 1e-6/ln L⌉: 19.93
    // and 48.02.
    const biases = [0.13629436111989057, 1.420177444479562];
    expect(certificate.invertible).toBe(true);
    expect(certificate.lipschitzBound).toBe(1.5 * 1.75);
    expect(certificate.inverseLipschitz).toBe(8);
    expect(certificate.logDetBias).toBeCloseTo(biases[0]! + biases[1]!, 12);
    expect(certificate.blocks.map(({ lipschitzBound }) => lipschitzBound)).toEqual([0.5, 0.75]);
    expect(certificate.blocks.map(({ inverseLipschitz }) => inverseLipschitz)).toEqual([2, 4]);
    expect(certificate.blocks.map(({ contractionSteps }) => contractionSteps)).toEqual([20, 49]);
    certificate.blocks.forEach(({ logDetBias }, i) => expect(logDetBias).toBeCloseTo(biases[i]!, 12));
  });

  test('exact and unbiased estimators have no bias', () => {
    for (const logDet of ['exact', { kind: 'powerSeries', truncation: 'russianRoulette' }] as const) {
      expect(certify(model([0.5, 0.9], logDet)).logDetBias).toBe(0);
    }
  });

  test('m products of Arnoldi: twice the tail of the series, none once they span everything', () => {
    const products = (m: number) => certify(model([0.5], { kind: 'arnoldi', products: m })).logDetBias;
    // d = 2: 2 · 2 (ln 2 − ½).
    expect(products(1)).toBeCloseTo(4 * (Math.LN2 - 0.5), 12);
    expect(products(2)).toBe(0);
  });

  test.each([3, 5])(
    'no matrix of order %i is further from its log-determinant than what Arnoldi is certified',
    (d) => {
      const signs = Array.from({ length: 2 ** d }, (_, i) =>
        Array.from({ length: d }, (__, j) => (i & (1 << j) ? 1 : -1)),
      );
      const random = createRng(d).normal([d, d]).arraySync() as number[][];
      const identity = random.map((_, i) => random.map((__, j) => (i === j ? 1 : 0)));
      const shift = random.map((_, i) => random.map((__, j) => (j === (i + 1) % d ? 1 : 0)));
      const matrices = {
        random,
        symmetric: random.map((row, i) => row.map((v, j) => v + random[j]![i]!)),
        identity,
        shift,
      };
      let closest = 0;
      for (const [name, matrix] of Object.entries(matrices)) {
        const norm = singularValues(matrix)[0]!;
        for (const l of [0.3, 0.9]) {
          for (const sign of [1, -1]) {
            const a = matrix.map((row) => row.map((v) => (sign * l * v) / norm));
            const truth = logAbsDet(a.map((row, i) => row.map((v, j) => v + (i === j ? 1 : 0))));
            const product = (v: tf.Tensor) =>
              tf.reshape(tf.matMul(tf.reshape(v, [-1, d]), tf.tensor2d(a), false, true), v.shape);
            for (let m = 1; m < d; m++) {
              // The mean over all signs is the mean over the probes.
              const found = arnoldi({
                products: m,
                probe: fixedProbes(tf.tensor3d(signs.map((row) => [row]))),
              })(product, [1, d], createRng(0)).dataSync()[0]!;
              let bound = 0; // 2 d Σ_{k>m} Lᵏ/k
              for (let k = m + 1; k < 2000; k++) bound += (2 * d * l ** k) / k;
              expect(Math.abs(found - truth), `${name}, L ${l}, ${m} products`).toBeLessThan(bound + 1e-5);
              closest = Math.max(closest, Math.abs(found - truth) / bound);
            }
          }
        }
      }
      expect(closest).toBeGreaterThan(0.1); // and the bound is of the right size
    },
  );

  test('of an estimator of one’s own no bias is known, unless it is given', () => {
    const { logDetBias: _, ...unknown } = model([0.5], 'exact');
    const certificate = certify(unknown);
    expect(certificate).toMatchObject({ invertible: true, logDetBias: null });
    expect(certificate.blocks[0]).toMatchObject({ logDetBias: null, inverseLipschitz: 2 });
  });

  test('a block that is not a proven contraction spoils what is said of the whole', () => {
    const certificate = certify(model([0.5, 1], series(2)));
    expect(certificate).toMatchObject({
      invertible: false,
      flaws: [{ part: 'block 1', problem: 'expected a Lipschitz bound below 1, got 1.00000' }],
      lipschitzBound: 3,
      inverseLipschitz: null,
      logDetBias: null,
    });
    expect(certificate.blocks[1]).toEqual({
      lipschitzBound: 1,
      inverseLipschitz: null,
      contractionSteps: null,
      logDetBias: null,
      layers: [{ lipschitzBound: 1 }],
    });
    expect(JSON.parse(JSON.stringify(certificate))).toEqual(certificate);
  });

  test('layer by layer: never below the norm of the weight, and their product is the block', () => {
    const flow = denseFlow(
      { dimension: 3, blocks: 2, hidden: [5, 4], activation: elu, coefficient: 0.8 },
      createRng(0),
    );
    for (const [name, variable] of Object.entries(flow.params)) {
      // One layer of each block stays below its bound.
      const factor = name.endsWith('2.kernel') ? 0.1 : 9;
      if (name.endsWith('kernel')) tf.tidy(() => variable.assign(tf.mul(factor, variable)));
    }
    flow.enforceBounds();
    certify(flow).blocks.forEach(({ layers, lipschitzBound }, i) => {
      // dense – σ – dense – σ – dense
      expect(layers.length).toBe(5);
      [0, 2, 4].forEach((at) => {
        const kernel = flow.blocks[i]!.params[`${at}.kernel`]!.arraySync() as number[][];
        const norm = singularValues(kernel)[0]!;
        expect(layers[at]!.lipschitzBound! / Math.min(norm, 0.8)).toBeGreaterThan(1 - 1e-6);
        expect(layers[at]!.lipschitzBound! / Math.min(norm, 0.8)).toBeLessThan(1 + 1e-3);
        expect(norm < 0.79).toBe(at === 2);
      });
      [1, 3].forEach((at) => expect(layers[at]!.lipschitzBound).toBe(1));
      const product = layers.reduce((total, layer) => total * layer.lipschitzBound!, 1);
      expect(product).toBe(lipschitzBound);
      expect(flow.blocks[i]!.lipschitzBound()).toBe(lipschitzBound);
    });
    flow.dispose();
  });

  test.each([
    ['eleven scales of 1e-8', 10, 'denseFlow', [-18.4, -18.4], '10^-88'],
    ['eleven scales of 1e8 in one column', 10, 'denseFlow', [0, 18.4], '10^88'],
    ['scales that are fine together', 10, 'denseFlow', [7.5, -7.5], null],
    ['scales of 1e-8 in two scales of an image', 3, 'imageFlow', null, '10^-48'],
  ] as const)('%s', (_name, blocks, kind, column, got) => {
    const flow =
      kind === 'denseFlow'
        ? denseFlow({ dimension: 2, blocks, hidden: [4], actNorm: true }, createRng(0))
        : imageFlow({ shape: [4, 4, 1], scales: [{ squeeze: false, blocks, channels: 4 }, { squeeze: true, blocks, channels: 4 }] }, createRng(0)); // prettier-ignore
    for (const [name, variable] of Object.entries(flow.params)) {
      if (!name.endsWith('.logScale')) continue;
      tf.tidy(() => variable.assign(column ? tf.tensor1d([...column]) : tf.fill(variable.shape, -18.4)));
    }
    flow.enforceBounds!();
    const { invertible, flaws } = certify(flow);
    expect(invertible).toBe(got === null);
    expect(flaws).toEqual(got === null ? [] : [{ part: 'all scales together', problem: expect.stringContaining(`got ${got} `) as string }]); // prettier-ignore
    flow.dispose();
  });

  test('a composition within a composition is taken apart', () => {
    const rng = createRng(0);
    const inner = sequential(dense({ inputs: 3, outputs: 2, rng }), tanh());
    const branch = sequential(inner, dense({ inputs: 2, outputs: 3, coefficient: 0.5, rng }));
    const flow = {
      ...model([], series(1)),
      params: branch.params,
      blocks: [residualBlock(branch, { logDet: exact() })],
      blockShapes: [[3]],
    };
    const [block] = certify(flow).blocks;
    expect(block!.layers.length).toBe(3);
    expect(block!.lipschitzBound).toBe(branch.lipschitzBound());
    branch.dispose();
  });

  test('an image flow counts the values of each scale', () => {
    const preset = iResNetPreset('mnist-density-small');
    const scales = [1, 1].map((blocks) => ({ blocks, channels: 2, squeeze: true }));
    const whole = iResNet({ ...preset, flow: { ...preset.flow, shape: [4, 4, 1], scales } }, createRng(0));
    const { flow } = whole;
    // A model with a head is proven with it.
    expect(certify(whole)).toEqual(whole.certify());
    flow.enforceBounds();
    const { blocks } = certify(flow);
    // Of 16 values 8 leave. Worst-case bias per value: −ln(1 − L) − Σ_{k≤5} Lᵏ/k.
    [16, 8].forEach((size, i) => {
      const { lipschitzBound, logDetBias } = blocks[i]!;
      const l = lipschitzBound!;
      const tail = -Math.log(1 - l) - [1, 2, 3, 4, 5].reduce((sum, k) => sum + l ** k / k, 0);
      expect(logDetBias).toBeCloseTo(size * tail, 10);
    });
    flow.dispose();
  });
});

test('bits per dimension by hand', () => {
  // 12 values, ln p = 12 ln 2 · (8 − 3) for three bits a value.
  const bits = bitsPerDim(tf.tensor1d([0, 60 * Math.LN2]), [2, 2, 3]).dataSync();
  expect(bits[0]).toBe(8);
  expect(bits[1]).toBeCloseTo(3, 5);
  // 32 levels are five bits, two are one; a uniform density says nothing about either.
  expect(bitsPerDim(tf.tensor2d([[0], [24 * Math.LN2]]), [2, 2, 3], 32).arraySync()).toEqual([[5], [3]]);
  expect(bitsPerDim(tf.scalar(0), [1, 1, 1], 2).dataSync()[0]).toBe(1);
  // The same on the host, in float64: off by the rounding of three operations.
  const host = bitsPerDim([0, 60 * Math.LN2], [2, 2, 3]);
  expect(host[0]).toBe(8);
  expect(Math.abs(host[1]! - 3)).toBeLessThan(1e-14);
});
