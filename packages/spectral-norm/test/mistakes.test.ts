import * as tf from '@tensorflow/tfjs';
import { createRng, denseOperator, type Rng } from '@iresnet/core';
import { beforeAll, expect, test } from 'vitest';
import {
  circularConvBoundAt,
  convBoundAnywhere,
  convBoundAt,
  gramBound,
  powerIteration,
  rescale,
  singularValue,
  spectralNorm,
} from '../src';

beforeAll(() => tf.setBackend('cpu'));

const kernel = tf.tensor2d([
  [3, 0],
  [0, 2],
]);
const a = denseOperator(kernel);
const u = tf.ones([1, 2]);
const disposed = tf.ones([2, 2]);
disposed.dispose();
const rng = createRng(0);
/** Arguments as a program without types may give them. */
const any = (value: unknown) => value as never;
const anOperator = 'expected an operator, as denseOperator(kernel) of @iresnet/core makes it';

test.each<[string, () => unknown, string]>([
  [
    'no rng',
    () => spectralNorm(a, undefined as unknown as Rng),
    'spectralNorm: expected an rng, as createRng(seed) of @iresnet/core makes it, got nothing',
  ],
  ['a seed', () => spectralNorm(a, any(3)), 'createRng(seed) of @iresnet/core makes it, got 3'],
  [
    'a matrix for an operator',
    () => spectralNorm(any(kernel), rng),
    `spectralNorm: ${anOperator}, got a tensor of shape [2,2]`,
  ],
  ['nothing for an operator', () => powerIteration(any(undefined), u), `${anOperator}, got nothing`],
  [
    'a bare product',
    () =>
      singularValue(
        any((v: tf.Tensor) => v),
        u,
        u,
      ),
    `singularValue: ${anOperator}, got the function`,
  ],
  [
    'a mistyped option',
    () => spectralNorm(a, rng, any({ rtoll: 1 })),
    "spectralNorm: expected the options rtol, maxSteps, got 'rtoll' (did you mean 'rtol'?)",
  ],
  [
    'steps of powerIteration',
    () => powerIteration(a, u, any({ steps: 1 })),
    "powerIteration: expected the options rtol, maxSteps, got 'steps'",
  ],
  ['a negative tolerance', () => powerIteration(a, u, { rtol: -1 }), 'expected rtol ≥ 0, got -1'],
  [
    'a disposed start',
    () => powerIteration(denseOperator(tf.eye(2)), disposed),
    'powerIteration: expected a living tensor u, got one that was disposed',
  ],
  ['a disposed vector', () => singularValue(a, u, disposed), 'expected a living tensor v'],
  [
    'int32',
    () => gramBound(tf.ones([2, 2], 'int32')),
    "gramBound: expected matrix of float32, got int32; tf.cast(matrix, 'float32') converts it",
  ],
  ['a disposed matrix', () => gramBound(disposed), 'expected a living tensor matrix'],
  ['half a step', () => gramBound(kernel, 0.5), 'gramBound: expected steps ≥ 0, got 0.5'],
  ['a disposed kernel', () => convBoundAt(disposed, [2, 2]), 'convBoundAt: expected a living tensor kernel'],
  [
    'a number for the size',
    () => convBoundAt(tf.ones([3, 3, 1, 1]), any(8)),
    'convBoundAt: expected a positive imageSize [h, w], got 8',
  ],
  [
    'a size among the options',
    () => convBoundAnywhere(tf.ones([3, 3, 1, 1]), any({ imageSize: [2, 2] })),
    "convBoundAnywhere: expected the options steps, samples, got 'imageSize'",
  ],
  [
    'samples of a circular bound',
    () => circularConvBoundAt(tf.ones([3, 3, 1, 1]), [2, 2], any({ samples: 8 })),
    "circularConvBoundAt: expected the options steps, got 'samples'",
  ],
  ['a negative norm', () => rescale(kernel, -1, 1), 'rescale: expected sigma ≥ 0, got -1'],
  ['NaN', () => rescale(kernel, NaN, 1), 'rescale: expected sigma ≥ 0, got NaN'],
  ['a disposed weight', () => rescale(disposed, 1, 1), 'rescale: expected a living tensor weight'],
  [
    'the result of power iteration for its σ',
    () => rescale(kernel, any(powerIteration(a, u)), 1),
    'rescale: expected a tensor sigma, got an object with the keys u, v, sigma, steps',
  ],
])('%s', (_, mistake, message) => {
  expect(mistake).toThrow(
    expect.objectContaining({ kind: 'argument', message: expect.stringContaining(message) as string }),
  );
});

test('the norm of spectralNorm goes into rescale, and results leave a tidy', () => {
  const before = tf.memory().numTensors;
  const scaled = rescale(kernel, spectralNorm(a, rng, { rtol: 1e-6 }), 0.9);
  expect(gramBound(scaled)).toBeCloseTo(0.9, 3);
  const { sigma, u: left, v, steps } = tf.tidy(() => powerIteration(a, u));
  expect(tf.memory().numTensors).toBe(before + 4);
  expect(steps).toBeGreaterThan(1);
  tf.dispose([scaled, sigma, left, v]);
});
