import * as tf from '@tensorflow/tfjs';
import {
  addOperators,
  composeOperators,
  createRng,
  denseOperator,
  diagonalOperator,
  identityOperator,
  jacobian,
  scaleOperator,
  transposeOperator,
  type LinearOperator,
} from '@iresnet/core';
import { expect, test } from 'vitest';
import { checkOperator } from '../src';
import { onEachBackend } from './backends';

const rng = () => createRng(11);
const dense = (inputs: number, outputs: number, label: number) =>
  denseOperator(rng().split(label).normal([inputs, outputs]));
const B = 3;

/** Every operator of core, over events of rank 1 and more. */
const right: Record<string, () => LinearOperator> = {
  'identity [2, 3]': () => identityOperator([2, 3]),
  'dense 3 → 5': () => dense(3, 5, 0),
  'dense 1 → 1': () => dense(1, 1, 0),
  'dense 600 → 2, too large for a matrix': () => dense(600, 2, 0),
  'diagonal [2, 2, 3]': () => diagonalOperator(rng().normal([B, 2, 2, 3])),
  'zero diagonal': () => diagonalOperator(tf.zeros([B, 4])),
  'transpose of dense': () => transposeOperator(dense(3, 5, 0)),
  scaled: () => scaleOperator(dense(3, 2, 0), -0.3),
  sum: () => addOperators(dense(4, 2, 0), dense(4, 2, 1)),
  composition: () =>
    composeOperators(
      dense(4, 6, 0),
      diagonalOperator(rng().normal([B, 6])),
      transposeOperator(dense(2, 6, 1)),
    ),
  'Jacobian of tanh': () => jacobian((x) => tf.tanh(x), rng().normal([B, 2, 2])),
  'Jacobian of softmax': () => jacobian((x) => tf.softmax(x), rng().normal([B, 5])),
  'Jacobian of a matMul': () => {
    const kernel = rng().normal([3, 2]);
    return jacobian((x) => tf.matMul(tf.square(x), kernel), rng().split(1).normal([B, 3]));
  },
};

const good = () => dense(3, 3, 0);
const roll = (v: tf.Tensor) => tf.concat([tf.slice(v, 1), tf.slice(v, 0, 1)], 0);
const wrong: Record<string, [law: string, make: () => LinearOperator]> = {
  'a transpose that is none': [
    '⟨u, A v⟩ = ⟨Aᵀ u, v⟩',
    () => ({ ...good(), rmatvec: (u) => good().matvec(u) }),
  ],
  'a transpose with the wrong sign': [
    '⟨u, A v⟩ = ⟨Aᵀ u, v⟩',
    () => ({ ...good(), rmatvec: (u) => tf.neg(good().rmatvec(u)) }),
  ],
  'an affine product': ['A v is linear', () => ({ ...good(), matvec: (v) => tf.add(good().matvec(v), 1) })],
  'a product that mixes examples': [
    'A v keeps the examples apart',
    () => ({ ...good(), matvec: (v) => good().matvec(tf.add(v, tf.mean(v, -2, true))) }),
  ],
  'a transposed product that mixes examples': [
    'Aᵀ u keeps the examples apart',
    () => ({
      ...good(),
      rmatvec: (u) => good().rmatvec(u.rank === 2 ? roll(u) : tf.stack(tf.unstack(u).map(roll))),
    }),
  ],
  'stacked vectors taken for examples': [
    'A v of stacked vectors equals single products',
    () => ({ ...good(), matvec: (v) => (v.rank === 3 ? good().matvec(tf.reverse(v, 0)) : good().matvec(v)) }),
  ],
  'a shape that is not the promised one': ['A v has shape [3,4]', () => ({ ...good(), outShape: [4] })],
  'not a number': [
    'A v of stacked vectors equals single products',
    () => diagonalOperator(tf.fill([B, 3], NaN)),
  ],
};

onEachBackend(() => {
  test.each(Object.entries(right))('%s keeps every law', (name, make) => {
    const a = make();
    const before = tf.memory().numTensors;
    const measured = checkOperator(a, { name, batch: B });
    expect(tf.memory().numTensors).toBe(before);
    expect(measured.length).toBeGreaterThanOrEqual(11);
    for (const { error, tolerance } of measured) expect(error).toBeLessThanOrEqual(tolerance);
  });
});

test.each(Object.entries(wrong))('%s is found', (name, [law, make]) => {
  expect(() => checkOperator(make(), { name, batch: B })).toThrow(
    `testing.checkOperator: expected ${name} to keep the law "${law}" within`,
  );
});

test('the error carries the measurement', () => {
  const zero = { ...good(), rmatvec: (u: tf.Tensor) => tf.zerosLike(u) };
  expect(() => checkOperator(zero, { name: 'it', batch: B, rtol: 0.1 })).toThrow(
    expect.objectContaining({
      kind: 'argument',
      where: 'testing.checkOperator',
      context: expect.objectContaining({ name: 'it', law: '⟨u, A v⟩ = ⟨Aᵀ u, v⟩', tolerance: 0.1 }),
    }),
  );
});
