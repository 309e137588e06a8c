import * as tf from '@tensorflow/tfjs';
import { createRng, IResNetError, trainableParams } from '@iresnet/core';
import { specKind } from '@iresnet/core/internal';
import { checkNoLeak, finiteDifference } from '@iresnet/testing';
import { describe, expect, test } from 'vitest';
import {
  classificationLoss,
  crossEntropy,
  denseFlowDefaults,
  densityLoss,
  hybridLoss,
  iResNet,
  iResNetPreset,
  withLogDet,
  type IResNet,
  type IResNetConfig,
} from '../src';

interface Instance {
  readonly name: string;
  readonly config: IResNetConfig;
}

const dense = { ...denseFlowDefaults(3), blocks: 2, hidden: [6] };
const image = {
  ...iResNetPreset('digits-hybrid').flow,
  shape: [4, 4, 1] as const,
  activation: 'softplus' as const,
  scales: [1, 1].map((blocks) => ({ blocks, channels: 4, squeeze: true })),
  logDet: { kind: 'exact' } as const,
};
const arnoldi = { kind: 'arnoldi', products: 3 } as const;
const every = { classes: 3, pool: 'none' } as const;
const pooled = { classes: 3, pool: 'average', momentum: 0.9 } as const;

const table: readonly Instance[] = [
  { name: 'dense', config: { kind: 'dense', flow: dense, head: every } },
  { name: 'dense, Arnoldi', config: { kind: 'dense', flow: { ...dense, logDet: arnoldi }, head: pooled } },
  { name: 'images', config: { kind: 'image', flow: image, head: every } },
  { name: 'images, Arnoldi', config: { kind: 'image', flow: { ...image, logDet: arnoldi }, head: every } },
  {
    name: 'images, a component of the base for each class',
    config: {
      kind: 'image',
      flow: { ...image, multiScale: true, base: { kind: 'mixture', components: 3 } },
      head: { classes: 3, pool: 'bayes' },
    },
  },
  {
    name: 'images, what leaves is classified too',
    config: { kind: 'image', flow: { ...image, multiScale: true }, head: pooled },
  },
  {
    name: 'images, padded and pooled',
    config: {
      kind: 'image',
      flow: { ...image, initialSqueeze: true, padding: 2, scales: image.scales.slice(1) },
      head: pooled,
    },
  },
];

const BATCH = 6;
const valuesOf = (t: tf.Tensor) => Array.from(t.dataSync());
const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
const labelsOf = () => tf.tensor1d([0, 1, 2, 0, 1, 2], 'int32');

function inputs({ shape }: Pick<IResNet, 'shape'>, seed = 3): tf.Tensor {
  return createRng(seed).uniform([BATCH, ...shape], -0.5, 0.5);
}

/**
 * A model whose activation normalization has started, with weights below their bounds, where
 * nothing normalizes them.
 */
function started(config: IResNetConfig): { model: IResNet; x: tf.Tensor } {
  const model = iResNet(config, createRng(1));
  const x = inputs(model);
  tf.dispose(model.encode(x));
  scale(model, 0.5);
  return { model, x };
}

function scale(model: IResNet, factor: number): void {
  for (const [name, variable] of Object.entries(model.params)) {
    if (name.startsWith('flow.') && name.endsWith('kernel')) {
      tf.tidy(() => variable.assign(tf.mul(factor, variable)));
    }
  }
}

/** Euclidean length of each example of a difference. */
const lengths = (difference: tf.Tensor) =>
  valuesOf(tf.norm(tf.reshape(difference, [difference.shape[0]!, -1]), 2, 1));

function expectClose(found: ArrayLike<number>, truth: ArrayLike<number>, tolerance: number): void {
  expect(found.length).toBe(truth.length);
  for (let i = 0; i < truth.length; i++) {
    expect(Math.abs(found[i]! - truth[i]!)).toBeLessThan(tolerance * (1 + Math.abs(truth[i]!)));
  }
}

/** Every law of the assembled network and its objectives, on the current backend. */
export function iResNetLaws(): void {
  describe.each(table)('$name', ({ config }) => {
    test('both from one pass are each by itself; classes are the softmax of the scores', () => {
      const { model, x } = started(config);
      const { logProb, logits } = model.logProbAndLogits(x, createRng(5));
      // Two ways of computing the same layers: rounding of some fifty terms.
      expectClose(valuesOf(logProb), valuesOf(model.logProb(x, createRng(5))), 1e-5);
      expectClose(valuesOf(logits), valuesOf(model.logits(x)), 1e-5);
      expect(logProb.shape).toEqual([BATCH]);
      expect(logits.shape).toEqual([BATCH, 3]);
      const { labels, probabilities } = model.classify(x);
      const rows = model.logits(x).arraySync() as number[][];
      rows.forEach((row, i) => {
        const total = row.reduce((sum, v) => sum + Math.exp(v), 0);
        expectClose(
          valuesOf(probabilities).slice(3 * i, 3 * i + 3),
          row.map((v) => Math.exp(v) / total),
          1e-5,
        );
        expect(labels.dataSync()[i]).toBe(row.indexOf(Math.max(...row)));
      });
      expect(labels.dtype).toBe('int32');
      model.dispose();
    });

    test('with another estimate of log|det| it is the same network, with the same variables', () => {
      const { model, x } = started(config);
      const before = tf.memory().numTensors;
      const judge = withLogDet(model, 'exact');
      expect(tf.memory().numTensors).toBe(before); // nothing was copied
      expect(judge.config).toEqual({ ...config, flow: { ...config.flow, logDet: 'exact' } });
      expect(model.config).toEqual(config);
      for (const [name, variable] of Object.entries(model.params)) expect(judge.params[name]).toBe(variable);
      expect(valuesOf(judge.logits(x))).toEqual(valuesOf(model.logits(x)));
      // Only the estimate differs, and not by more than its noise: some nats for one probe.
      const truth = iResNet(
        { ...config, flow: { ...config.flow, logDet: 'exact' } } as IResNetConfig,
        createRng(1),
      );
      for (const [name, variable] of Object.entries(truth.params)) variable.assign(model.params[name]!);
      expect(valuesOf(judge.logProb(x, createRng(5)))).toEqual(valuesOf(truth.logProb(x, createRng(5))));
      scale(model, 0.5);
      expect(valuesOf(judge.logits(x))).toEqual(valuesOf(model.logits(x)));
      judge.dispose();
      truth.dispose();
      for (const variable of Object.values(model.params)) expect(variable.isDisposed).toBe(true);
    });

    test('reconstructions within their bounds; lines begin and end at them', () => {
      const { model, x } = started(config);
      const { value: back, errorBound, converged, maxError } = model.reconstruct(x);
      expect(converged.every(Boolean)).toBe(true);
      const error = lengths(tf.sub(back, x));
      // The bound is that of the solver: the forward pass adds its float32 rounding.
      error.forEach((value, i) => expect(value).toBeLessThan(errorBound[i]! + 1e-5));
      const size = x.size / BATCH;
      const difference = valuesOf(tf.abs(tf.sub(back, x)));
      for (let i = 0; i < BATCH; i++) {
        expect(maxError[i]).toBe(Math.max(...difference.slice(i * size, (i + 1) * size)));
      }
      const y = inputs(model, 4);
      const line = model.interpolate(x, y, 3);
      expect(line.value.shape).toEqual([3 * BATCH, ...model.shape]);
      const [first, middle, last] = tf.split(line.value, 3) as [tf.Tensor, tf.Tensor, tf.Tensor];
      lengths(tf.sub(first, x)).forEach((value, i) => expect(value).toBeLessThan(line.errorBound[i]! + 1e-5));
      lengths(tf.sub(last, y)).forEach((value, i) =>
        expect(value).toBeLessThan(line.errorBound[2 * BATCH + i]! + 1e-5),
      );
      if (config.kind === 'dense' || config.flow.padding === 0) {
        // Padding drops what the middle has in the padded channels.
        const half = tf.mul(0.5, tf.add(model.encode(x), model.encode(y)));
        expectClose(valuesOf(model.encode(middle)), valuesOf(half), 1e-4);
      }
      model.dispose();
    });

    test('a saved state gives the same scores and densities bit for bit, the head’s moments included', () => {
      const { model, x } = started(config);
      const optimizer = tf.train.adam(0.02);
      for (let step = 0; step < 2; step++) {
        optimizer.minimize(() => hybridLoss(model, x, labelsOf(), createRng(step), 0.1));
      }
      const score = (of: IResNet) => {
        const { logProb, logits } = of.logProbAndLogits(x, createRng(9));
        return [...valuesOf(logProb), ...valuesOf(logits), ...valuesOf(of.decode(of.encode(x)).value)];
      };
      const copy = iResNet(JSON.parse(JSON.stringify(config)) as IResNetConfig, createRng(99));
      expect(Object.keys(copy.params)).toEqual(Object.keys(model.params));
      expect(score(copy)).not.toEqual(score(model));
      tf.tidy(() => {
        for (const [name, variable] of Object.entries(model.params)) {
          copy.params[name]!.assign(
            tf.tensor(variable.dataSync().slice(), variable.shape) as typeof variable,
          );
        }
      });
      expect(score(copy)).toEqual(score(model));
      // Two steps moved what is not a gradient's, or the components that are the head.
      const moved = config.head!.pool === 'bayes' ? 'flow.base.logStd' : 'head.0.variance';
      expect(Object.keys(model.params)).toContain(moved);
      expect(valuesOf(model.params[moved]!)).not.toContain(moved === 'head.0.variance' ? 1 : 0);
      optimizer.dispose();
      model.dispose();
      copy.dispose();
    });

    test('the losses are what they are made of', () => {
      const { model, x } = started(config);
      const labels = labelsOf();
      const size = x.size / BATCH;
      const density = -mean(valuesOf(model.logProb(x, createRng(5)))) / size;
      const classes = crossEntropy(model.logits(x, { training: true }), labels).dataSync()[0]!;
      expectClose(valuesOf(densityLoss(model, x, createRng(5))), [density], 1e-5);
      expectClose(valuesOf(classificationLoss(model, x, labels)), [classes], 1e-5);
      for (const weight of [0, 0.3, 2]) {
        const hybrid = valuesOf(hybridLoss(model, x, labels, createRng(5), weight));
        expectClose(hybrid, [classes + weight * density], 1e-5);
      }
      expectClose(
        valuesOf(model.bitsPerDim(model.logProb(x, createRng(5)), 32)),
        valuesOf(model.logProb(x, createRng(5))).map((l) => -l / (size * Math.LN2) + 5),
        1e-5,
      );
      model.dispose();
    });

    if (specKind(config.flow.logDet) === 'exact') {
      test('the gradient of the hybrid loss is a finite difference, in every variable', () => {
        const { model, x } = started(config);
        const labels = labelsOf();
        const loss = () => hybridLoss(model, x, labels, createRng(5), 1.5);
        const { grads } = tf.variableGrads(loss, trainableParams(model.params));
        for (const [name, variable] of Object.entries(model.params)) {
          if (!variable.trainable) continue;
          const start = variable.clone();
          const direction = createRng(6).split(name).normal(variable.shape);
          const { value, error } = finiteDifference((t) => {
            tf.tidy(() => variable.assign(tf.add(start, tf.mul(t, direction)) as typeof variable));
            return valuesOf(tf.tidy(loss));
          });
          variable.assign(start as typeof variable);
          const slope = valuesOf(tf.sum(tf.mul(grads[variable.name]!, direction)))[0]!;
          // A step may cross a kink of the head's relu; the two step lengths then differ, and the
          // estimate of the error says so.
          expect(Math.abs(slope - value[0]!), name).toBeLessThan(2 * error[0]! + 2e-4);
        }
        model.dispose();
      });
    }

    test('no leak, also under a tape', () => {
      const before = tf.memory().numTensors;
      const { model, x } = started(config);
      expect(tf.memory().numTensors - before).toBe(Object.keys(model.params).length + 1);
      const labels = labelsOf();
      tf.dispose(model.logProb(x, createRng(0)));
      for (const f of [
        () => model.logits(x),
        () => model.logits(x, { training: true }),
        () => model.logProbAndLogits(x, createRng(0)),
        () => densityLoss(model, x, createRng(0)),
        () => classificationLoss(model, x, labels),
        () => hybridLoss(model, x, labels, createRng(0), 1),
      ]) {
        checkNoLeak(f, { tape: true });
      }
      checkNoLeak(() => model.classify(x));
      checkNoLeak(() => model.reconstruct(x));
      checkNoLeak(() => model.interpolate(x, x, 2));
      checkNoLeak(() => model.sample(2, createRng(0)));
      tf.dispose([x, labels]);
      model.dispose();
      expect(tf.memory().numTensors).toBe(before);
    });
  });

  test.each(table)(
    '$name, without a coefficient: a plain network, of which nothing is promised',
    ({ config }) => {
      const plain = { ...config, flow: { ...config.flow, coefficient: null } } as IResNetConfig;
      const { model, x } = started(plain);
      scale(model, 20);
      const kernels = () =>
        Object.entries(model.params).flatMap(([name, v]) => (name.endsWith('kernel') ? valuesOf(v) : []));
      const raw = kernels();
      model.enforceBounds();
      expect(kernels()).toEqual(raw);
      const certificate = model.certify();
      expect(certificate.invertible).toBe(false);
      expect(certificate).toMatchObject({ inverseLipschitz: null, logDetBias: null });
      const { errorBound } = model.decode(model.encode(x));
      for (const bound of errorBound) expect(bound).toBe(Infinity);
      expect(valuesOf(model.logits(x)).every(Number.isFinite)).toBe(true);
      model.dispose();
    },
  );

  test('results may leave a tidy', () => {
    const { model, x } = started(table[0]!.config);
    const { labels, probabilities } = tf.tidy(() => model.classify(x));
    const { value, maxError, converged } = tf.tidy(() => model.reconstruct(x));
    const line = tf.tidy(() => model.interpolate(x, x, 2));
    const { logProb, logits } = tf.tidy(() => model.logProbAndLogits(x, createRng(0)));
    const loss: tf.Scalar = tf.tidy(() => hybridLoss(model, x, labelsOf(), createRng(0), 1));
    for (const kept of [labels, probabilities, value, line.value, logProb, logits, loss]) {
      expect(kept.isDisposed).toBe(false);
    }
    expect([maxError.length, converged.length]).toEqual([BATCH, BATCH]);
    model.dispose();
  });

  test('a model without a head is the flow; a caller’s mistakes', () => {
    const config = { kind: 'dense', flow: dense, head: null } as const;
    const rng = createRng(0);
    const model = iResNet(config, rng);
    const x = inputs(model);
    expect(model.head).toBe(null);
    expect(Object.keys(model.params).every((name) => name.startsWith('flow.'))).toBe(true);
    expect(valuesOf(model.logProb(x, createRng(5)))).toEqual(valuesOf(model.flow.logProb(x, createRng(5))));
    const y = tf.zeros([2, 3]);
    const mistakes: [() => unknown, string][] = [
      [() => model.logits(x), 'model.iResNet.logits: expected a configuration with a head, got none'],
      [
        () => model.logProbAndLogits(x, rng),
        'model.iResNet.logProbAndLogits: expected a configuration with a head, got none',
      ],
      [() => model.classify(x), 'model.iResNet.classify: expected a configuration with a head, got none'],
      [
        () => model.interpolate(x, x, 1),
        'model.iResNet.interpolate: expected steps ≥ 2 and two batches of one shape, got 1, [6,3] and [6,3]',
      ],
      [
        () => model.interpolate(x, y, 3),
        'model.iResNet.interpolate: expected steps ≥ 2 and two batches of one shape, got 3, [6,3] and [2,3]',
      ],
      [() => hybridLoss(model, x, labelsOf(), rng, -1), 'model.hybridLoss: expected a weight ≥ 0, got -1'],
      [
        () => model.logProb(tf.zeros([2, 4]), rng),
        'model.iResNet.logProb: expected x of shape [B,3] with B ≥ 1, got [2,4]',
      ],
      [
        () => model.encode(tf.zeros([3])),
        'model.iResNet.encode: expected x of shape [B,3] with B ≥ 1, got [3]',
      ],
      [
        () => model.logProb(x, undefined as never),
        'model.iResNet.logProb: expected an rng, as createRng(seed) of @iresnet/core makes it, got nothing',
      ],
      [
        () => model.reconstruct(tf.zeros([2, 3], 'int32')),
        'model.iResNet.reconstruct: expected x of float32, got int32',
      ],
      [
        () => model.decode(tf.zeros([2, 5])),
        'model.iResNet.decode: expected z of shape [B,3] with B ≥ 1, got [2,5]',
      ],
      [() => withLogDet(model, 'exakt' as never), "got 'exakt' (did you mean 'exact'?)"],
    ];
    const before = tf.memory().numTensors;
    for (const [mistake, message] of mistakes) {
      expect(mistake).toThrow(IResNetError);
      expect(mistake).toThrow(message);
    }
    // Each is made twice, and what it is made with stays: the labels, and four batches.
    expect(tf.memory().numTensors).toBe(before + 2 * 5);
    model.dispose();
  });
}
