import * as checkpoint from '@iresnet/checkpoint';
import * as core from '@iresnet/core';
import * as datasets from '@iresnet/datasets';
import * as datasetsNode from '@iresnet/datasets/node';
import * as evaluation from '@iresnet/evaluation';
import * as model from '@iresnet/model';
import * as training from '@iresnet/training';
import * as pipeline from '../src';
import * as node from '../src/node';
import * as run from '../src/run';
import * as runNode from '../src/run/node';
import { runExamples } from '../../../scripts/examples';

runExamples(import.meta.url, {
  '@iresnet/checkpoint': checkpoint,
  '@iresnet/core': core,
  '@iresnet/datasets': datasets,
  '@iresnet/datasets/node': datasetsNode,
  '@iresnet/evaluation': evaluation,
  '@iresnet/model': model,
  '@iresnet/training': training,
  '@iresnet/pipeline': pipeline,
  '@iresnet/pipeline/node': node,
  '@iresnet/pipeline/run': run,
  '@iresnet/pipeline/run/node': runNode,
});
