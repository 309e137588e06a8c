import * as tf from '@tensorflow/tfjs';
import * as checkpoint from '@iresnet/checkpoint';
import * as node from '@iresnet/checkpoint/node';
import { runExamples } from '../../../scripts/examples';

runExamples(import.meta.url, {
  '@tensorflow/tfjs': tf,
  '@iresnet/checkpoint': checkpoint,
  '@iresnet/checkpoint/node': node,
});
