import * as core from '@iresnet/core';
import * as datasets from '@iresnet/datasets';
import * as evaluation from '../src';
import { runExamples } from '../../../scripts/examples';

runExamples(import.meta.url, {
  '@iresnet/evaluation': evaluation,
  '@iresnet/core': core,
  '@iresnet/datasets': datasets,
});
