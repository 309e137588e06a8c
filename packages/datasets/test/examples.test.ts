import * as datasets from '../src';
import * as node from '../src/node';
import * as core from '@iresnet/core';
import { runExamples } from '../../../scripts/examples';

runExamples(import.meta.url, {
  '@iresnet/datasets': datasets,
  '@iresnet/datasets/node': node,
  '@iresnet/core': core,
});
