import * as tf from '@tensorflow/tfjs';
import { createRng, IResNetError, trainableParams } from '@iresnet/core';
import { checkNoLeak, finiteDifference } from '@iresnet/testing';
import { describe, expect, test } from 'vitest';
import { classifierHead, crossEntropy, type ClassifierHead, type ClassifierHeadConfig } from '../src';

interface Instance {
  readonly name: string;
  readonly latents: readonly (readonly number[])[];
  readonly config: ClassifierHeadConfig;
}

const table: readonly Instance[] = [
  { name: 'an image, pooled', latents: [[2, 3, 2]], config: { classes: 3, pool: 'average' } },
  { name: 'an image, every value', latents: [[2, 3, 2]], config: { classes: 3, pool: 'none' } },
  {
    name: 'three latents, pooled, the official momentum',
    latents: [[2, 2, 1], [1, 3, 2], [1, 1, 3]], // prettier-ignore
    config: { classes: 2, pool: 'average', momentum: 0.9 },
  },
  { name: 'two latents, every value', latents: [[2, 2, 1], [1, 1, 3]], config: { classes: 4, pool: 'none' } }, // prettier-ignore
  { name: 'a vector', latents: [[4]], config: { classes: 2, pool: 'none', momentum: 0 } },
  { name: 'a vector, pooled', latents: [[4]], config: { classes: 5, pool: 'average', momentum: 1 } },
];

const BATCH = 5;
const sizeOf = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1);
const valuesOf = (t: tf.Tensor) => Float64Array.from(t.dataSync());
type Values = Record<string, Float64Array>;

/** The head in float64, value by value, and what the running moments become. */
function byHand({ latents, config }: Instance, p: Values, z: Float64Array, training: boolean) {
  const { classes, pool, momentum = 0.1 } = config;
  const d = latents.reduce((sum, shape) => sum + sizeOf(shape), 0);
  const features: number[][] = Array.from({ length: BATCH }, () => []);
  const moved: Values = {};
  let start = 0;
  latents.forEach((shape, part) => {
    const channels = shape[shape.length - 1]!;
    const positions = sizeOf(shape) / channels;
    const at = (b: number, q: number, c: number) => z[b * d + start + q * channels + c]!;
    const means = new Float64Array(channels);
    const variances = new Float64Array(channels);
    const active = Array.from({ length: BATCH }, () => new Float64Array(sizeOf(shape)));
    for (let c = 0; c < channels; c++) {
      const all = active.flatMap((_, b) => Array.from({ length: positions }, (__, q) => at(b, q, c)));
      const mean = all.reduce((sum, v) => sum + v, 0) / all.length;
      const squares = all.reduce((sum, v) => sum + (v - mean) ** 2, 0);
      const [oldMean, oldVariance] = [p[`${part}.mean`]![c]!, p[`${part}.variance`]![c]!];
      means[c] = (1 - momentum) * oldMean + momentum * mean;
      variances[c] = (1 - momentum) * oldVariance + (momentum * squares) / (all.length - 1);
      const [m, v] = training ? [mean, squares / all.length] : [oldMean, oldVariance];
      for (let b = 0; b < BATCH; b++) {
        for (let q = 0; q < positions; q++) {
          const normal = (at(b, q, c) - m) / Math.sqrt(v + 1e-5);
          active[b]![q * channels + c] = Math.max(
            0,
            p[`${part}.scale`]![c]! * normal + p[`${part}.offset`]![c]!,
          );
        }
      }
    }
    active.forEach((row, b) => {
      if (pool === 'none') features[b]!.push(...row);
      else {
        for (let c = 0; c < channels; c++) {
          let sum = 0;
          for (let q = 0; q < positions; q++) sum += row[q * channels + c]!;
          features[b]!.push(sum / positions);
        }
      }
    });
    moved[`${part}.mean`] = means;
    moved[`${part}.variance`] = variances;
    start += sizeOf(shape);
  });
  const logits = features.flatMap((row) =>
    Array.from({ length: classes }, (_, k) =>
      row.reduce((sum, f, i) => sum + f * p['kernel']![i * classes + k]!, p['bias']![k]!),
    ),
  );
  return { logits, moved };
}

/** A head with parameters and moments away from where they start, and latents. */
function setUp({ latents, config }: Instance): { head: ClassifierHead; z: tf.Tensor } {
  const rng = createRng(7);
  const head = classifierHead(latents, config, rng);
  for (const [name, variable] of Object.entries(head.params)) {
    const { shape } = variable;
    const draw = () => (/scale|variance/.test(name) ? rng.uniform(shape, 0.5, 2) : rng.normal(shape));
    tf.tidy(() => variable.assign(draw() as tf.Variable));
  }
  const d = latents.reduce((sum, shape) => sum + sizeOf(shape), 0);
  return { head, z: rng.normal([BATCH, d]) };
}

const parametersOf = (head: ClassifierHead): Values =>
  Object.fromEntries(Object.entries(head.params).map(([name, variable]) => [name, valuesOf(variable)]));

/** Float32: sums of some ten terms of order one, the moments' among them. */
function expectClose(found: ArrayLike<number>, truth: ArrayLike<number>, tolerance = 1e-5): void {
  expect(found.length).toBe(truth.length);
  for (let i = 0; i < truth.length; i++) {
    expect(Math.abs(found[i]! - truth[i]!)).toBeLessThan(tolerance * (1 + Math.abs(truth[i]!)));
  }
}

/** Every law of the classifier head and of cross entropy, on the current backend. */
export function headLaws(): void {
  describe.each(table)('$name', (instance) => {
    test.each([false, true])('scores and running moments by hand, training %s', (training) => {
      const { head, z } = setUp(instance);
      const before = parametersOf(head);
      const truth = byHand(instance, before, valuesOf(z), training);
      const logits = head.logits(z, { training });
      expect(logits.shape).toEqual([BATCH, instance.config.classes]);
      expectClose(valuesOf(logits), truth.logits);
      const after = parametersOf(head);
      for (const [name, values] of Object.entries({ ...before, ...(training && truth.moved) })) {
        if (training && name in truth.moved) expectClose(after[name]!, values);
        else expect(after[name]).toEqual(values);
      }
      head.dispose();
    });

    test.each([false, true])('gradients are finite differences, training %s', (training) => {
      const { head, z } = setUp(instance);
      const params = parametersOf(head);
      const input = valuesOf(z);
      const weights = createRng(8).normal([BATCH, instance.config.classes]);
      const cotangent = valuesOf(weights);
      const loss = (p: Values, x: Float64Array) => [
        byHand(instance, p, x, training).logits.reduce((sum, l, i) => sum + l * cotangent[i]!, 0),
      ];
      /**
       * ∂loss of each entry of `values`; float64, so that the step can stay clear of the kinks of
       * relu.
       */
      const differences = (values: Float64Array, curve: (moved: Float64Array) => number[]) =>
        values.map(
          (_, i) =>
            finiteDifference((t) => curve(values.map((v, j) => (i === j ? v + t : v))), 2 ** -16).value[0]!,
        );
      const variables = trainableParams(head.params);
      expect(variables.length).toBe(2 * instance.latents.length + 2); // the running moments are state
      const names = Object.keys(head.params).filter((name) => head.params[name]!.trainable);
      const gradients = tf.grads((x: tf.Tensor) => tf.sum(tf.mul(weights, head.logits(x, { training }))));
      expectClose(
        valuesOf(gradients([z])[0]!),
        differences(input, (x) => loss(params, x)),
        1e-4,
      );
      const { grads } = tf.variableGrads(
        () => tf.sum(tf.mul(weights, head.logits(z, { training }))) as tf.Scalar,
        variables,
      );
      names.forEach((name, i) => {
        const truth = differences(params[name]!, (values) => loss({ ...params, [name]: values }, input));
        expectClose(valuesOf(grads[variables[i]!.name]!), truth, 1e-4);
      });
      head.dispose();
    });

    test('no leak, also under a tape', () => {
      const before = tf.memory().numTensors;
      const { head, z } = setUp(instance);
      expect(tf.memory().numTensors - before).toBe(Object.keys(head.params).length + 1);
      for (const training of [false, true]) checkNoLeak(() => head.logits(z, { training }), { tape: true });
      z.dispose();
      head.dispose();
      expect(tf.memory().numTensors).toBe(before);
    });
  });

  test('a batch of one value a channel does not divide by zero', () => {
    const head = classifierHead([[3]], { classes: 2, pool: 'none' }, createRng(0));
    const logits = head.logits(tf.tensor2d([[1, 2, 3]]), { training: true });
    expect(valuesOf(logits).every(Number.isFinite)).toBe(true);
    expectClose(valuesOf(head.params['0.mean']!), [0.1, 0.2, 0.3]);
    expectClose(valuesOf(head.params['0.variance']!), [0.9, 0.9, 0.9]);
  });

  test('cross entropy and its gradient by hand', () => {
    const rows = [[1, -2, 0.5], [0, 0, 0], [30, 0, -30], [-80, 80, 10]]; // prettier-ignore
    const labels = [2, 0, 0, 0];
    const exp = rows.map((row) => row.map((v) => Math.exp(v - Math.max(...row))));
    const totals = exp.map((row) => row.reduce((sum, v) => sum + v, 0));
    const truth = rows.reduce(
      (sum, row, i) => sum - (row[labels[i]!]! - Math.max(...row) - Math.log(totals[i]!)) / rows.length,
      0,
    );
    const logits = tf.tensor2d(rows);
    const target = tf.tensor1d(labels, 'int32');
    const { value, grad } = tf.valueAndGrad((l: tf.Tensor) => crossEntropy(l, target))(logits);
    expectClose(valuesOf(value), [truth], 1e-6);
    // (softmax − one-hot)/B
    expectClose(
      valuesOf(grad),
      exp.flatMap((row, i) => row.map((v, k) => (v / totals[i]! - (k === labels[i] ? 1 : 0)) / rows.length)),
      1e-6,
    );
    checkNoLeak(() => crossEntropy(logits, target), { tape: true });
  });

  test('a caller’s mistakes', () => {
    const rng = createRng(0);
    const ok = { classes: 2, pool: 'none' } as const;
    const head = classifierHead([[2, 2, 1], [1, 1, 2]], ok, rng); // prettier-ignore
    const mistakes: [() => unknown, string][] = [
      [
        () => classifierHead([[2]], { ...ok, classes: 1 }, rng),
        'model.classifierHead: classes: expected an integer ≥ 2, got 1',
      ],
      [
        () => classifierHead([[2]], { ...ok, momentum: 1.5 }, rng),
        'model.classifierHead: momentum: expected a number ≥ 0 and ≤ 1, got 1.5',
      ],
      [
        () => classifierHead([[2]], { ...ok, pool: 'max' as 'none' }, rng),
        "model.classifierHead: pool: expected one of average, none, bayes, got 'max'",
      ],
      [
        () => classifierHead([[2]], { ...ok, clases: 3 } as never, rng),
        "unknown key 'clases' (did you mean 'classes'?)",
      ],
      [() => classifierHead([[2]], ok, undefined as never), 'model.classifierHead: expected an rng, as '],
      [
        () => head.logits(tf.zeros([3, 6]), { trainig: true } as never),
        "got 'trainig' (did you mean 'training'?)",
      ],
      [
        () => head.logits(tf.zeros([3, 6], 'int32')),
        'model.classifierHead.logits: expected z of float32, got int32',
      ],
      [
        () => head.logits(tf.zeros([3, 5])),
        'model.classifierHead.logits: expected z of shape [B,6], got [3,5]',
      ],
      [
        () => crossEntropy(tf.zeros([2, 3]), tf.tensor1d([0, 1])),
        'model.crossEntropy: expected logits [B,K] and int32 labels [B], got [2,3] and float32 [2]',
      ],
      [
        () => crossEntropy(tf.zeros([2, 3]), tf.tensor1d([0], 'int32')),
        'model.crossEntropy: expected logits [B,K] and int32 labels [B], got [2,3] and int32 [1]',
      ],
    ];
    for (const [mistake, message] of mistakes) {
      expect(mistake).toThrow(IResNetError);
      expect(mistake).toThrow(message);
    }
  });
}
