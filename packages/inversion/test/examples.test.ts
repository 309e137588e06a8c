import * as inversion from '../src';
import * as core from '@iresnet/core';
import { runExamples } from '../../../scripts/examples';

runExamples(import.meta.url, {
  '@iresnet/inversion': inversion,
  '@iresnet/core': core,
});
