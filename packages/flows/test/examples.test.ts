import * as flows from '../src';
import * as core from '@iresnet/core';
import * as inversion from '@iresnet/inversion';
import { runExamples } from '../../../scripts/examples';

runExamples(import.meta.url, {
  '@iresnet/flows': flows,
  '@iresnet/core': core,
  '@iresnet/inversion': inversion,
});
