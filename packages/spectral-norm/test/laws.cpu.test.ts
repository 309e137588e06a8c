import * as tf from '@tensorflow/tfjs';
import { beforeAll } from 'vitest';
import { laws } from './laws';

beforeAll(async () => {
  await tf.setBackend('cpu');
});
laws();
