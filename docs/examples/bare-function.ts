import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@iresnet/core/gradients';
import { createRng, functionMap } from '@iresnet/core';
import { residualBlock } from '@iresnet/flows';
import { exact } from '@iresnet/logdet';

await tf.ready();
const g = functionMap((x) => tf.mul(0.5, tf.tanh(x)), { lipschitz: 0.5 });
const block = residualBlock(g, { logDet: exact() });
const x = createRng(1).normal([4, 3]);
const { y, logDet } = block.forwardAndLogDet(x, createRng(2));
const back = block.inverse(y);
console.log(logDet.shape, tf.max(tf.abs(tf.sub(back, x))).dataSync()[0]! < 1e-4); // [ 4 ] true
