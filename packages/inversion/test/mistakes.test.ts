import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import {
  anderson,
  fixedPoint,
  fixedPointAsync,
  fixedPointSteps,
  invertResidual,
  newtonGmres,
  picard,
  type FixedPointOptions,
} from '@iresnet/inversion';

beforeAll(() => tf.setBackend('cpu'));

const half = (x: tf.Tensor) => tf.mul(x, 0.5);
const x0 = tf.ones([1, 2]);
const disposed = tf.ones([1, 2]);
disposed.dispose();
/** Arguments as a program without types may give them. */
const any = (value: unknown) => value as never;
const known = 'solver, lipschitz, certify, atol, rtol, maxSteps, checkEvery, onFailure';

test.each<[string, () => unknown, string]>([
  [
    'a mistyped option',
    () => invertResidual(half, x0, any({ lipshitz: 0.5 })),
    `inversion.invertResidual: expected the options ${known}, got 'lipshitz' (did you mean 'lipschitz'?)`,
  ],
  [
    'a number for options',
    () => fixedPoint(half, x0, any(0.5)),
    `inversion.fixedPoint: expected an object of options (${known}), got 0.5`,
  ],
  [
    'a solver by name',
    () => fixedPoint(half, x0, { solver: any('anderson') }),
    "inversion.fixedPoint: expected a solver such as anderson(), got 'anderson'; solverFromSpec takes names",
  ],
  [
    'a solver that was not called',
    () => fixedPoint(half, x0, { solver: any(picard) }),
    'inversion.fixedPoint: expected a solver such as anderson(), got the function picard; solverFromSpec takes names',
  ],
  [
    'an unknown policy',
    () => fixedPoint(half, x0, { onFailure: any('ignore') }),
    "inversion.fixedPoint: expected onFailure 'throw' or 'return', got 'ignore'",
  ],
  [
    'a mistyped option of anderson',
    () => anderson(any({ memry: 3 })),
    "inversion.anderson: expected the options memory, got 'memry' (did you mean 'memory'?)",
  ],
  [
    'a number for the options of newtonGmres',
    () => newtonGmres(any(4)),
    'inversion.newtonGmres: expected an object of options (products), got 4',
  ],
  [
    'int32',
    () => invertResidual(half, tf.ones([1, 2], 'int32')),
    "inversion.invertResidual: expected y of float32, got int32; tf.cast(y, 'float32') converts it",
  ],
  [
    'a disposed tensor',
    () => fixedPoint(half, disposed),
    'inversion.fixedPoint: expected a living tensor x0, got one that was disposed',
  ],
  [
    'a list',
    () => fixedPoint(half, any([[1, 2]])),
    'inversion.fixedPoint: expected a tensor x0, got a list of 1',
  ],
  [
    'a promise',
    () => invertResidual(half, any(Promise.resolve(x0))),
    'inversion.invertResidual: expected a tensor y, got a promise; await it first',
  ],
  [
    'no map',
    () => invertResidual(any(undefined), x0),
    'inversion.invertResidual: expected a function or a map with apply(), got nothing',
  ],
  [
    'a map that returns a number',
    () =>
      fixedPoint(
        any(() => 3),
        x0,
      ),
    'inversion.fixedPoint: expected a map that returns a tensor, got 3',
  ],
  [
    'a disposed start of plain steps',
    () => fixedPointSteps(half, disposed, 3),
    'inversion.fixedPointSteps: expected a living tensor x0, got one that was disposed',
  ],
  [
    'a number for f',
    () => fixedPointSteps(any(3), x0, 3),
    'inversion.fixedPointSteps: expected a function, got 3',
  ],
])('%s', (_, mistake, message) => {
  const before = tf.memory().numTensors;
  expect(mistake).toThrow(expect.objectContaining({ kind: 'argument', message }));
  // The tensor of the mistake itself.
  expect(tf.memory().numTensors).toBeLessThanOrEqual(before + 1);
});

test('the asynchronous functions reject', async () => {
  await expect(fixedPointAsync(half, disposed)).rejects.toThrow('inversion.fixedPointAsync: expected');
  await expect(fixedPointAsync(half, x0, any({ lipshitz: 0.5 }))).rejects.toThrow("got 'lipshitz'");
});

test('the result leaves a tidy', () => {
  const options: FixedPointOptions = { lipschitz: 0.5 };
  const before = tf.memory().numTensors;
  const { value, outcome, errorBound } = tf.tidy(() => invertResidual(half, x0, options));
  expect(tf.memory().numTensors).toBe(before + 1);
  expect(value.isDisposed).toBe(false);
  expect(outcome).toEqual(['converged']);
  expect(errorBound[0]).toBeLessThan(1e-5);
  value.dispose();
});
