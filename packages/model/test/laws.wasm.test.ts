import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { beforeAll } from 'vitest';
import { laws } from './laws';

beforeAll(async () => {
  await tf.setBackend('wasm');
});
laws();
