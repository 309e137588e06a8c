import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu'; // @iresnet/backend starts a faster one
import '@iresnet/core/gradients'; // for training
import { faithful } from '@iresnet/datasets';
import { defaultRecipe, sample, score, tableSource, train } from '@iresnet/pipeline';

await tf.ready();
const recipe = { ...defaultRecipe('table'), steps: 20 }; // 400 by default
const { pipeline } = await train(tableSource('faithful', faithful(), recipe), recipe);
const rows = [
  [3.6, 79],
  [1.8, 54],
];
console.log((await score(pipeline, rows)).logProb); // nats, one number a row
console.log((await sample(pipeline, 3, { seed: 1 })).values); // three rows of two columns
