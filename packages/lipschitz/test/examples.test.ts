import * as lipschitz from '../src';
import * as core from '@iresnet/core';
import * as spectralNorm from '@iresnet/spectral-norm';
import { runExamples } from '../../../scripts/examples';

runExamples(import.meta.url, {
  '@iresnet/lipschitz': lipschitz,
  '@iresnet/core': core,
  '@iresnet/spectral-norm': spectralNorm,
});
