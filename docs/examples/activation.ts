import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@iresnet/core/gradients';
import { createRng } from '@iresnet/core';
import { elementwise } from '@iresnet/lipschitz';
import { checkLipschitz, checkMap } from '@iresnet/testing';

const atan = () =>
  elementwise({
    value: (x) => tf.atan(x),
    slope: (x) => tf.reciprocal(tf.add(1, tf.square(x))),
    curvature: (x, _y, s) => tf.mul(-2, tf.mul(x, tf.square(s))),
    lipschitz: 1,
  });
const x = createRng(0).normal([4, 3]);
checkLipschitz(atan(), x);
checkMap(atan(), x);
