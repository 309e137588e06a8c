import * as wasm from '@tensorflow/tfjs-backend-wasm';
import * as backend from '../src';
import { runExamples } from '../../../scripts/examples';

runExamples(import.meta.url, {
  '@tensorflow/tfjs-backend-wasm': wasm,
  '@iresnet/backend': backend,
});
