import * as model from '../src';
import * as official from '../src/official';
import * as core from '@iresnet/core';
import * as datasets from '@iresnet/datasets';
import * as flows from '@iresnet/flows';
import * as inversion from '@iresnet/inversion';
import * as lipschitz from '@iresnet/lipschitz';
import * as logdet from '@iresnet/logdet';
import { runExamples } from '../../../scripts/examples';

runExamples(import.meta.url, {
  '@iresnet/model': model,
  '@iresnet/model/official': official,
  '@iresnet/core': core,
  '@iresnet/datasets': datasets,
  '@iresnet/flows': flows,
  '@iresnet/inversion': inversion,
  '@iresnet/lipschitz': lipschitz,
  '@iresnet/logdet': logdet,
});
