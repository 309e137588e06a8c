import * as tf from '@tensorflow/tfjs';
import { createRng } from '@iresnet/core';
import { beforeAll, beforeEach, afterEach, describe, expect, it } from 'vitest';
import {
  adam,
  adamax,
  cosine,
  exponential,
  fit,
  jsonLines,
  lossAndGradient,
  piecewise,
  progress,
  sgd,
  warmup,
  type FitOptions,
} from '../src/index';

let w: tf.Variable;
let x: tf.Tensor;
beforeAll(() => tf.setBackend('cpu'));
beforeEach(() => {
  x = tf.tensor1d([1, 2]);
  w = tf.variable(x);
});
afterEach(() => {
  tf.dispose([w, x]);
});

const options = (): FitOptions<tf.Tensor> => ({
  params: { w },
  batches: (_index, rng) => rng.normal([4, 2]),
  loss: (x) => tf.mean(tf.square(tf.sub(x, w))),
  steps: 2,
  optimizer: adam(),
  schedule: 0.1,
  rng: createRng(0),
});

/** `fit` as a program in JavaScript calls it, which no compiler reads. */
const loosely = (change: object): Promise<unknown> => fit({ ...options(), ...change } as FitOptions);

const without = (name: keyof FitOptions): object => ({ ...options(), [name]: undefined });

describe('an option of fit', () => {
  it.each<[string, () => object, string]>([
    [
      'of other libraries',
      () => ({ epochs: 2 }),
      'training.fit: expected steps, which counts optimizer steps, got epochs, which is not an option',
    ],
    ['of the optimizer', () => ({ learningRate: 0.1 }), 'expected schedule, which takes a number too'],
    ['that is mistyped', () => ({ clipNrom: 1 }), "got 'clipNrom' (did you mean 'clipNorm'?)"],
    [
      'of validate that is mistyped',
      () => ({ validate: { every: 1, los: () => 0 } }),
      "training.fit, validate: expected the options every, loss, got 'los' (did you mean 'loss'?)",
    ],
    [
      'of earlyStopping that is mistyped',
      () => ({ validate: { every: 1, loss: () => 0 }, earlyStopping: { patiance: 1 } }),
      "got 'patiance' (did you mean 'patience'?)",
    ],
    [
      'of a callback that does not exist',
      () => ({ callbacks: [{ onEpochEnd: () => undefined }] }),
      "expected a callback with any of onTrainBegin, onStepEnd, onValidation, onTrainEnd, got 'onEpochEnd'",
    ],
    [
      'callbacks that is not a list',
      () => ({ callbacks: { onStepEnd: () => undefined } }),
      'expected callbacks as a list, got an object with the keys onStepEnd',
    ],
    ['steps that is missing', () => without('steps'), 'expected an integer steps ≥ 0, got nothing'],
    ['rng that is missing', () => without('rng'), 'training.fit: expected an rng'],
    ['rng that is a seed', () => ({ rng: 7 }), 'expected an rng, as createRng(seed)'],
    ['loss that is missing', () => without('loss'), 'expected loss as a function'],
    [
      'schedule that is missing',
      () => without('schedule'),
      'expected a schedule such as cosine(0.01, 1000), or a number, got nothing',
    ],
    [
      'schedule that is not called',
      () => ({ schedule: cosine }),
      'training.cosine: expected an integer steps ≥ 1, got nothing',
    ],
    [
      'schedule without a result',
      () => ({ schedule: () => undefined }),
      'expected a finite learning rate from schedule(0), got nothing',
    ],
    [
      'optimizer of tf.train',
      () => ({ optimizer: tf.train.adam(0.01) }),
      'expected an optimizer such as adam(), got one of tf.train',
    ],
    [
      'optimizer that is not called',
      () => ({ optimizer: adam }),
      'expected an optimizer such as adam(), got the function adam; call it',
    ],
    [
      'optimizer that is a name',
      () => ({ optimizer: 'adam' }),
      "expected an optimizer such as adam(), got 'adam'",
    ],
    [
      'params that is a module',
      () => ({ params: { params: { w }, dispose: () => undefined } }),
      'write module: … for a module',
    ],
    [
      'params with a tensor',
      () => ({ params: { w: x } }),
      "expected a living variable 'w' in params, got a tensor of shape [2]",
    ],
    [
      'module that is a promise',
      () => ({ params: undefined, module: Promise.resolve({ params: { w } }) }),
      'expected a module with params, got a promise; await it first',
    ],
    [
      'resume that is a promise',
      () => ({ resume: Promise.resolve({}) }),
      'expected resume as a state with tensors and metadata, got a promise; await it first',
    ],
    [
      'signal that is a controller',
      () => ({ signal: new AbortController() }),
      'expected the signal of an AbortController',
    ],
    [
      'unused that names no variable',
      () => ({ unused: ['v'] }),
      "expected names of variables in unused, got 'v' (did you mean 'w'?)",
    ],
    [
      'onDivergence',
      () => ({ onDivergence: 'ignore' }),
      "expected onDivergence 'throw' or 'return', got 'ignore'",
    ],
    ['afterStep', () => ({ afterStep: 1 }), 'expected afterStep as a function, got 1'],
    [
      'validate.loss that is a number',
      () => ({ validate: { every: 1, loss: 0 } }),
      'expected validate.loss as a function, got 0',
    ],
    [
      'loss that is a vector',
      () => ({ loss: (x: tf.Tensor) => tf.sum(tf.mul(x, w), 1) }),
      'expected a scalar loss, got the shape [4]; tf.mean makes one of it',
    ],
    [
      'loss that is async',
      () => ({ loss: async () => tf.sum(w) }),
      'expected a loss that returns a scalar tensor, not async, got a promise',
    ],
    ['loss without a result', () => ({ loss: () => undefined }), 'a scalar tensor, not async, got nothing'],
    [
      'validate.loss that gives a tensor',
      () => ({ validate: { every: 1, loss: () => w } }),
      'expected a number from validate.loss, got a tensor of shape [2]',
    ],
  ])('%s is refused', async (_name, change, message) => {
    const given = change();
    const before = tf.memory().numTensors;
    await expect(loosely(given)).rejects.toThrow(message);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('that is missing altogether is refused', async () => {
    await expect((fit as unknown as () => Promise<unknown>)()).rejects.toThrow(
      'training.fit: expected an object of options',
    );
  });
});

it.each<[string, () => unknown, string]>([
  ['adam', () => adam({ beta: 0.9 } as object), "'beta' (did you mean 'beta1'?)"],
  ['adamax', () => adamax({ weightdecay: 0 } as object), "(did you mean 'weightDecay'?)"],
  ['sgd', () => sgd(0.1 as never), 'training.sgd: expected an object of options'],
  ['cosine', () => cosine(1, 10, { finale: 0 } as object), "(did you mean 'final'?)"],
  [
    'cosine without a rate',
    () => cosine(undefined as never, 10),
    'training.cosine: expected a finite rate, got nothing',
  ],
  ['exponential', () => exponential(1, 0, 10), 'training.exponential: expected factor > 0, got 0'],
  ['piecewise', () => piecewise([1], [1, NaN]), 'expected a finite rates[1], got NaN'],
  ['warmup', () => warmup(10, undefined as never), 'training.warmup: expected a schedule'],
  ['jsonLines', () => jsonLines(() => 0, { time: false } as object), 'expected the options timing'],
  ['progress', () => progress({ stream: process.stderr, units: 'nats' } as never), "(did you mean 'unit'?)"],
])('%s refuses wrong options', (_name, call, message) => {
  expect(call).toThrow(message);
});

it('takes a number as schedule, with a warm-up too', async () => {
  const run = async (schedule: FitOptions['schedule']): Promise<number[]> => {
    w.assign(tf.tensor1d([1, 2]));
    await fit({ ...options(), schedule });
    return Array.from(w.dataSync());
  };
  expect(await run(0.1)).toEqual(await run(() => 0.1));
  expect(await run(0.1)).not.toEqual(await run(0.2));
  expect([0, 1, 2].map(warmup(2, 0.5))).toEqual([0.25, 0.5, 0.5]);
});

it('needs no cast for a loss that tf types as a tensor of any rank', () => {
  const params = { w };
  const loss: tf.Tensor = tf.tidy(
    () => lossAndGradient(() => tf.neg(tf.mean(tf.square(params.w))), params).loss,
  );
  expect(loss.rank).toBe(0);
});
