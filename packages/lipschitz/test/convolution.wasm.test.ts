import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { beforeAll } from 'vitest';
import { convolutionLaws } from './convolution';

beforeAll(async () => {
  await tf.setBackend('wasm');
});
convolutionLaws();
