import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { beforeAll } from 'vitest';
import { imageLaws } from './imageLaws';

beforeAll(async () => {
  await tf.setBackend('wasm');
});
imageLaws();
