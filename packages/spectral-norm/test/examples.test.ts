import * as spectralNorm from '../src';
import * as core from '@iresnet/core';
import { runExamples } from '../../../scripts/examples';

runExamples(import.meta.url, {
  '@iresnet/spectral-norm': spectralNorm,
  '@iresnet/core': core,
});
