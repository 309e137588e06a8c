import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { beforeAll } from 'vitest';
import { headLaws } from './headLaws';

beforeAll(async () => {
  await tf.setBackend('wasm');
});
headLaws();
