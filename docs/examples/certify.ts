import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { createRng } from '@iresnet/core';
import { certify, denseFlow } from '@iresnet/model';

await tf.ready();
const density = denseFlow({ dimension: 2, blocks: 2, hidden: [16] }, createRng(1));
density.enforceBounds(); // after training: every layer keeps its coefficient by the proven bound
const { invertible, blocks } = certify(density);
console.log(invertible, blocks.length); // true 2
