import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { beforeAll } from 'vitest';
import { krylovLaws } from './krylov';

beforeAll(async () => {
  await tf.setBackend('wasm');
});

krylovLaws();
