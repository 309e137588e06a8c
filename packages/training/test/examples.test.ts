import * as training from '../src';
import * as core from '@iresnet/core';
import * as checkpoint from '@iresnet/checkpoint';
import { runExamples } from '../../../scripts/examples';

runExamples(import.meta.url, {
  '@iresnet/training': training,
  '@iresnet/core': core,
  '@iresnet/checkpoint': checkpoint,
});
