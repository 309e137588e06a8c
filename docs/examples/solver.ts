import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { invertResidual, type FixedPointSolver } from '@iresnet/inversion';

/** Half of a Picard step: slower, and steadier for maps that are not contractions. */
const damped = (): FixedPointSolver => ({
  name: 'damped',
  usesJacobian: false,
  step({ x, fx }, problem) {
    const next = tf.mul(0.5, tf.add(x, fx));
    return { x: next, fx: problem.apply(next), memory: [] };
  },
});
const g = (x: tf.Tensor) => tf.mul(0.5, tf.sin(x));
const { converged, errorBound } = invertResidual(g, tf.tensor2d([[1, 2]]), {
  lipschitz: 0.5,
  solver: damped(),
});
console.log(converged, errorBound); // [ true ], some 1e-6
