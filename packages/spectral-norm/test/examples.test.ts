import * as tf from '@tensorflow/tfjs';
import * as spectralNorm from '../src';
import * as core from '@iresnet/core';
import { runExamples } from '../../../scripts/examples';

runExamples(import.meta.url, {
  '@tensorflow/tfjs': tf,
  '@iresnet/spectral-norm': spectralNorm,
  '@iresnet/core': core,
});
