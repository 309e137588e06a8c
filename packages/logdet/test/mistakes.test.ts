import * as tf from '@tensorflow/tfjs';
import { createRng, denseOperator, type Rng } from '@iresnet/core';
import { beforeAll, expect, test } from 'vitest';
import {
  adaptiveArnoldi,
  arnoldi,
  exact,
  fixedProbes,
  gaussian,
  hutchPlusPlus,
  orthogonal,
  powerSeries,
  rademacher,
  russianRoulette,
  type AdaptedProbe,
} from '../src';

beforeAll(() => tf.setBackend('cpu'));

const square = denseOperator(tf.zeros([3, 3]));
const disposed = tf.ones([1, 2, 3]);
disposed.dispose();
/** Arguments as a program without types may give them. */
const any = (value: unknown) => value as never;
const none = undefined as unknown as Rng;
const anRng = 'expected an rng, as createRng(seed) of @iresnet/core makes it';

test.each<[string, () => unknown, string]>([
  [
    'terms of powerSeries',
    () => powerSeries(any({ terms: 5 })),
    "logdet.powerSeries: expected the options truncation, probe, got 'terms'",
  ],
  [
    'a number for options',
    () => powerSeries(any(5)),
    'logdet.powerSeries: expected an object of options (truncation, probe), got 5',
  ],
  [
    'a mistyped option',
    () => powerSeries(any({ truncaton: 5 })),
    "logdet.powerSeries: expected the options truncation, probe, got 'truncaton' (did you mean 'truncation'?)",
  ],
  [
    'a rule that was not called',
    () => powerSeries({ truncation: any({ kind: 'terms' }) }),
    'logdet.powerSeries: expected truncation as a number of terms or a rule such as russianRoulette(), got an object with the keys kind',
  ],
  [
    'no options of arnoldi',
    () => arnoldi(any(undefined)),
    'logdet.arnoldi: expected an object of options (products, probe), got nothing',
  ],
  [
    'a mistyped option of arnoldi',
    () => arnoldi(any({ product: 3 })),
    "logdet.arnoldi: expected the options products, probe, got 'product' (did you mean 'products'?)",
  ],
  [
    'a probe by name',
    () => arnoldi({ products: 3, probe: any('rademacher') }),
    "logdet.arnoldi: expected a probe such as rademacher(), got 'rademacher'; logDetFromSpec takes names and plain JSON",
  ],
  [
    'a probe by name, adaptive',
    () => adaptiveArnoldi({ tolerance: 1, probe: any('rademacher') }),
    "logdet.adaptiveArnoldi: expected a probe such as rademacher(), got 'rademacher'; logDetFromSpec takes names and plain JSON",
  ],
  [
    'a mistyped option of adaptiveArnoldi',
    () => adaptiveArnoldi(any({ tolerance: 1, products: 3 })),
    "logdet.adaptiveArnoldi: expected the options tolerance, maxProducts, probe, got 'products'",
  ],
  [
    'a mistyped option of hutchPlusPlus',
    () => hutchPlusPlus(any({ direction: 3 })),
    "logdet.hutchPlusPlus: expected the options directions, probe, got 'direction' (did you mean 'directions'?)",
  ],
  [
    'a mistyped option of russianRoulette',
    () => russianRoulette(any({ exact: 3 })),
    "logdet.russianRoulette: expected the options distribution, exactTerms, draws, got 'exact'",
  ],
  [
    'a chance for a distribution',
    () => russianRoulette({ distribution: any(0.5) }),
    'logdet.russianRoulette: expected a distribution such as geometric(0.5), got 0.5',
  ],
  ['no rng', () => powerSeries()(square, [2, 3], none), `logdet.powerSeries: ${anRng}, got nothing`],
  ['a seed', () => arnoldi({ products: 1 })(square, [2, 3], any(7)), `logdet.arnoldi: ${anRng}, got 7`],
  [
    'no rng of withError',
    () => powerSeries().withError!(square, [2, 3], none),
    `logdet.powerSeries: ${anRng}, got nothing`,
  ],
  ['no rng of a probe', () => rademacher()([2, 3], none), `logdet.rademacher: ${anRng}, got nothing`],
  ['no rng of a probe', () => gaussian()([2, 3], none), `logdet.gaussian: ${anRng}, got nothing`],
  ['no rng of a probe', () => orthogonal(2)([2, 3], none), `logdet.orthogonal: ${anRng}, got nothing`],
  [
    'no rng of a probe',
    () => hutchPlusPlus({ directions: 1 })([2, 3], none, (v) => v),
    `logdet.hutchPlusPlus: ${anRng}, got nothing`,
  ],
  ['no rng of a roulette', () => russianRoulette()(none), `logdet.russianRoulette: ${anRng}, got nothing`],
  [
    'a matrix for A',
    () => exact()(any(tf.eye(3)), [2, 3], createRng(0)),
    'logdet.exact: expected A as an operator or as a function v ↦ A v, got a tensor of shape [3,3]',
  ],
  [
    'a tensor for the shape',
    () => exact()(square, any(tf.zeros([2, 3]))),
    'logdet.exact: expected the shape [B, ...event] of a batch, got a tensor of shape [2,3]',
  ],
  [
    'disposed probes',
    () => fixedProbes(disposed),
    'logdet.fixedProbes: expected a living tensor vectors, got one that was disposed',
  ],
  [
    'probes of int32',
    () => fixedProbes(tf.ones([1, 2, 3], 'int32')),
    "logdet.fixedProbes: expected vectors of float32, got int32; tf.cast(vectors, 'float32') converts it",
  ],
  [
    'a probe that draws nothing',
    () => powerSeries({ probe: (() => undefined) as unknown as AdaptedProbe })(square, [2, 3], createRng(0)),
    'logdet.powerSeries: expected probes of shape [S,2,3], got nothing',
  ],
])('%s', (_, mistake, message) => {
  expect(mistake).toThrow(expect.objectContaining({ kind: 'argument', message }));
});
