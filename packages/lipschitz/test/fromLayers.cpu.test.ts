import * as tf from '@tensorflow/tfjs';
import { beforeAll } from 'vitest';
import { fromLayersLaws } from './fromLayers';

beforeAll(async () => {
  await tf.setBackend('cpu');
});
fromLayersLaws();
