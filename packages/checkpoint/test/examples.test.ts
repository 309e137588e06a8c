import * as checkpoint from '@iresnet/checkpoint';
import * as node from '@iresnet/checkpoint/node';
import { runExamples } from '../../../scripts/examples';

runExamples(import.meta.url, {
  '@iresnet/checkpoint': checkpoint,
  '@iresnet/checkpoint/node': node,
});
