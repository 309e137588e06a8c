import * as tf from '@tensorflow/tfjs';
import * as checkpoint from '../src';
import * as core from '@iresnet/core';
import { runExamples } from '../../../scripts/examples';

runExamples(import.meta.url, {
  '@tensorflow/tfjs': tf,
  '@iresnet/checkpoint': checkpoint,
  '@iresnet/core': core,
});
