import * as tf from '@tensorflow/tfjs';
import { beforeAll } from 'vitest';
import { convolutionLaws } from './convolution';

beforeAll(async () => {
  await tf.setBackend('cpu');
});
convolutionLaws();
