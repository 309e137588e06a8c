import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { beforeAll } from 'vitest';
import { iResNetLaws } from './iResNetLaws';

beforeAll(async () => {
  await tf.setBackend('wasm');
});
iResNetLaws();
